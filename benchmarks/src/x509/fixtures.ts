import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { createAuthority } from '@halfclose/testing/ca';

export const chainTypes = ['RSA-2048', 'P-256', 'P-384'] as const;

export type ChainType = (typeof chainTypes)[number];

/** Certificates of a store. */
export const anchorCount = 150;

/** All that is measured, as JSON can carry it: DER in base64, PEM as it is. */
export interface Fixtures {
  /** By type: the server's certificate, the intermediate's, the root's, all keys of this type. */
  readonly chains: Readonly<Record<ChainType, readonly string[]>>;
  readonly anchors: readonly string[];
  /** The file in which they stand. */
  readonly anchorFile: string;
}

/** @param directory where the file is written */
export async function createFixtures(directory: string): Promise<Fixtures> {
  const chains = await Promise.all(chainTypes.map(async (type) => [type, await createChain(type)] as const));
  const anchors = rootCertificates.slice(0, anchorCount).map((pem) => `${pem}\n`);
  while (anchors.length < anchorCount) anchors.push((await createAuthority()).pem);
  const anchorFile = join(directory, 'anchors.pem');
  writeFileSync(anchorFile, anchors.join(''));
  return { chains: Object.fromEntries(chains) as Record<ChainType, readonly string[]>, anchors, anchorFile };
}

async function createChain(keyType: ChainType): Promise<readonly string[]> {
  const root = await createAuthority({ keyType });
  const intermediate = await root.issueAuthority({ keyType });
  const server = await intermediate.issue({
    keyType,
    dnsNames: ['localhost', 'www.example.com'],
    uris: ['https://www.example.com/'],
  });
  return [server, intermediate, root].map(({ certificate }) => Buffer.from(certificate).toString('base64'));
}
