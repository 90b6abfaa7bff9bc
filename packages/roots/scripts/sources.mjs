/**
 * The two public sources of the anchors, each fetched by its own package manager, which checks what it gets against
 * its public log or index.
 *
 * * `webpki-roots` on crates.io is made from Mozilla's report in the CCADB: subject, key, and the name constraints
 *   that Mozilla sets. It leaves out what is distrusted for new certificates, but only a year after, and without
 *   saying so before.
 * * `golang.org/x/crypto/x509roots/fallback` is made from NSS's certdata.txt: whole certificates, and the date
 *   after which new certificates are distrusted. It knows no constraints.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const crate = 'webpki-roots';
const goModule = 'golang.org/x/crypto/x509roots/fallback';

/**
 * @typedef {object} Anchor One of the CCADB.
 * @property {string} label
 * @property {Buffer} subject DER
 * @property {Buffer} spki DER
 * @property {Buffer | undefined} nameConstraints DER
 *
 * @typedef {object} Root One of NSS.
 * @property {Buffer} certificate DER
 * @property {string | undefined} distrustAfter as in RFC 3339
 */

/**
 * The present state of `webpki-roots`, by the SHA-256 of the certificates in hexadecimal.
 * @returns {{ source: string, anchors: Map<string, Anchor> }}
 */
export function fetchCcadb() {
  return inScratch((directory) => {
    mkdirSync(join(directory, 'src'));
    writeFileSync(join(directory, 'src/lib.rs'), '');
    writeFileSync(
      join(directory, 'Cargo.toml'),
      `[package]\nname = "roots"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n${crate} = "1"\n`,
    );
    const { packages } = runJson('cargo', ['metadata', '--format-version', '1'], directory);
    const { version, manifest_path } = packages.find((/** @type {any} */ { name }) => name === crate);
    const anchors = readRustAnchors(readFileSync(join(dirname(manifest_path), 'src/lib.rs'), 'latin1'));
    return { source: `${crate} ${version}`, anchors };
  });
}

/**
 * The present state of Go's module, by the SHA-256 of the certificates in hexadecimal, with its date.
 * @returns {{ source: string, date: string, roots: Map<string, Root> }}
 */
export function fetchNss() {
  return inScratch((directory) => {
    const { Dir, Version } = runJson('go', ['mod', 'download', '-json', `${goModule}@latest`], directory);
    const [, year, month, day] = /-(\d{4})(\d\d)(\d\d)\d{6}-/.exec(Version) ?? [];
    if (day === undefined) throw new Error(`the version ${Version} of ${goModule} has no date`);
    const index = readFileSync(join(Dir, 'bundle/bundle.go'), 'utf8');
    const roots = readGoRoots(index, readFileSync(join(Dir, 'bundle/bundle.der')));
    return { source: `${goModule} ${Version}`, date: `${year}-${month}-${day}`, roots };
  });
}

/**
 * Each anchor stands after a comment about its certificate.
 * @param {string} text
 */
export function readRustAnchors(text) {
  const anchor =
    /Label: "(.*)"\n[\s\S]*?SHA256 Fingerprint: ([0-9a-f:]+)\n[\s\S]*?subject: (.*),\n\s*subject_public_key_info: (.*),\n\s*name_constraints: (.*)\n/g;
  /** @type {Map<string, Anchor>} */
  const anchors = new Map();
  for (const [, label = '', print = '', subject = '', spki = '', constraints = ''] of text.matchAll(anchor)) {
    anchors.set(print.replaceAll(':', ''), {
      label,
      subject: sequence(rustBytes(subject)),
      spki: sequence(rustBytes(spki)),
      nameConstraints: constraints === 'None' ? undefined : sequence(rustBytes(constraints)),
    });
  }
  const expected = text.match(/^ {2}TrustAnchor \{$/gm)?.length;
  if (anchors.size !== expected)
    throw new Error(`${anchors.size} of ${expected} anchors in ${crate} were understood`);
  return anchors;
}

/**
 * @param {string} index Which part of `bundle` is which certificate.
 * @param {Buffer} bundle
 */
export function readGoRoots(index, bundle) {
  const entry = /\t\{\n((?:\t\t\w+: .*\n)+)\t\},/g;
  /** @type {Map<string, Root>} */
  const roots = new Map();
  for (const [, fields = ''] of index.matchAll(entry)) {
    const field = (/** @type {string} */ name) =>
      new RegExp(`^\\t\\t${name}: +"?(.*?)"?,$`, 'm').exec(fields)?.[1];
    const known = ['cn', 'sha256Hash', 'certStartOff', 'certLength', 'distrustAfter'];
    const unknown = [...fields.matchAll(/^\t\t(\w+):/gm)].find(([, name = '']) => !known.includes(name));
    if (unknown) throw new Error(`${goModule} says something new of a root: ${unknown[1]}`);
    const start = Number(field('certStartOff'));
    const certificate = bundle.subarray(start, start + Number(field('certLength')));
    const print = createHash('sha256').update(certificate).digest('hex');
    if (print !== field('sha256Hash')) throw new Error(`${field('cn')} has the digest ${print}`);
    roots.set(print, { certificate, distrustAfter: field('distrustAfter') });
  }
  const expected = index.match(/sha256Hash: /g)?.length;
  if (roots.size !== expected)
    throw new Error(`${roots.size} of ${expected} roots in ${goModule} were understood`);
  return roots;
}

/**
 * `Der::from_slice(b"0\x10…")`
 * @param {string} expression
 */
function rustBytes(expression) {
  const literal = /b"(.*)"/.exec(expression)?.[1];
  if (literal === undefined) throw new Error(`no string of octets: ${expression}`);
  /** @type {Record<string, string>} */
  const named = { t: '\t', r: '\r', n: '\n', '\\': '\\', "'": "'", '"': '"' };
  const text = literal.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (escaped, code, name) => {
    const character = code === undefined ? named[name] : String.fromCharCode(Number.parseInt(code, 16));
    if (character === undefined) throw new Error(`unknown escape ${escaped}`);
    return character;
  });
  return Buffer.from(text, 'latin1');
}

/**
 * `webpki-roots` leaves out the header of each SEQUENCE.
 * @param {Buffer} contents
 */
function sequence(contents) {
  const { length } = contents;
  const header =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([0x30, ...header]), contents]);
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 */
function runJson(command, args, cwd) {
  const output = execFileSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return JSON.parse(output);
}

/**
 * @template T
 * @param {(directory: string) => T} use
 * @returns {T}
 */
function inScratch(use) {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-roots-'));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
