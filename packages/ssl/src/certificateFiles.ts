import { type CrlParser, type DataReader, type Located, readUsable } from './certificateData.ts';
import { fromSystem, OSError, SSLError, systemError, ValueError } from './errors.ts';
import { isGiven, type VerifyLocations } from './locations.ts';
import { nothingIn } from './nothingIn.ts';
import type { Files } from './platform.ts';

/** OpenSSL looks issuers up by such names, and never looks at another file of a directory that it has hashed. */
const hashedName = /^[0-9a-f]{8}\.r?[0-9]+$/;

/** Files that may have certificates in PEM. */
const usualName = /^[^.].*\.(pem|crt|cer|cert)$/i;

/** One after the other takes longer, and a process may not have very many open. */
const filesAtOnce = 32;

/**
 * What is at `cafile`, `capath` and `cadata`.
 * @throws OSError where a file can't be read; ValueError where `cadata` is empty; what `read` throws
 */
export async function readFrom(
  { cafile, capath, cadata }: VerifyLocations,
  files: Files | undefined,
  read: DataReader,
  parseCrl?: CrlParser,
): Promise<Located> {
  const found: Located[] = [];
  if (isGiven(cafile)) found.push(await readFile(cafile, files, read, parseCrl));
  if (isGiven(capath)) found.push(await readDirectory(capath, files, parseCrl));
  if (isGiven(cadata)) {
    if (cadata.length === 0) throw new ValueError('Empty certificate data');
    found.push(read(cadata, 'cadata', parseCrl));
  }
  return joined(found);
}

/** @throws OSError where it can't be read; what `read` throws */
async function readFile(
  path: string,
  files: Files | undefined,
  read: DataReader,
  parseCrl: CrlParser | undefined,
): Promise<Located> {
  return read(await readText(path, files), JSON.stringify(path), parseCrl);
}

/** A file in PEM. @throws OSError where it can't be read */
export async function readText(path: string, files: Files | undefined): Promise<string> {
  try {
    return latin1(await filesOf(files).read(path));
  } catch (error) {
    throw fromSystem(error, JSON.stringify(path));
  }
}

/**
 * What the files of a directory have: those with hashed names, or where there is none all whose names end as those of
 * certificates do. Files without a certificate, malformed certificates and links that lead nowhere are passed over, as
 * long as there is a good one.
 * @throws OSError where it can't be read, or one of the hashed files; SSLError where there is no certificate
 */
async function readDirectory(
  path: string,
  files: Files | undefined,
  parseCrl: CrlParser | undefined,
): Promise<Located> {
  let names: readonly string[];
  try {
    names = await filesOf(files).list(path);
  } catch (error) {
    throw fromSystem(error, JSON.stringify(path));
  }
  const hashed = names.filter((name) => hashedName.test(name));
  const isHashed = hashed.length > 0;
  const found: Located[] = [];
  let problem: unknown;
  for (const outcome of await readEach(isHashed ? hashed : names.filter((name) => usualName.test(name)))) {
    if (outcome.status === 'fulfilled') found.push(outcome.value);
    else if (isHashed && !(outcome.reason instanceof SSLError) && !isMissing(outcome.reason))
      throw outcome.reason;
    else if (!isMissing(outcome.reason)) problem ??= outcome.reason;
  }
  if (found.length === 0) throw problem ?? nothingIn(JSON.stringify(path));
  return joined(found);

  async function readEach(chosen: readonly string[]): Promise<PromiseSettledResult<Located>[]> {
    const outcomes: PromiseSettledResult<Located>[] = [];
    for (let from = 0; from < chosen.length; from += filesAtOnce) {
      const some = chosen.slice(from, from + filesAtOnce);
      const reading = some.map((name) => readFile(`${path}/${name}`, files, readUsable, parseCrl));
      outcomes.push(...(await Promise.allSettled(reading)));
    }
    return outcomes;
  }
}

export function joined(found: readonly Located[]): Located {
  return {
    certificates: found.flatMap(({ certificates }) => certificates),
    crls: found.flatMap(({ crls }) => crls),
  };
}

/** What a link that leads nowhere fails with, which is what certificates that were uninstalled leave behind. */
function isMissing(error: unknown): boolean {
  return error instanceof OSError && error.code === 'ENOENT';
}

function filesOf(files: Files | undefined): Files {
  if (files === undefined) throw systemError('ENOSYS', 'there are no files on this platform; use cadata');
  return files;
}

/** PEM is ASCII; what stands around it may be anything, and must not be an error. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let offset = 0; offset < bytes.length; offset += 8192) {
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(offset, offset + 8192));
  }
  return text;
}
