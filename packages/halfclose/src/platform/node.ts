import { appendFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { delimiter } from 'node:path';
import * as tls from 'node:tls';
import { domainToASCII } from 'node:url';
import { createCertificateCompression, type Platform } from '@halfclose/ssl';
import { findDefaultLocations } from './defaultLocations.ts';
import { nodeDecompressors } from './nodeDecompressors.ts';
import { webPlatform } from './web.ts';

export const nodePlatform: Platform = {
  ...webPlatform,
  toASCII: domainToASCII,
  files: {
    read: (path) => readFile(path),
    list: (path) => readdir(path),
    append: (path, text) => appendFileSync(path, text, { mode: 0o600 }),
  },
  defaultLocations,
  certificateCompression: createCertificateCompression(nodeDecompressors()),
  // OpenSSL's signatures take a time that says nothing about the key.
  async signerOf(key) {
    const { createNodeSigner } = await import('@halfclose/crypto/node');
    return createNodeSigner(key);
  },
};

function defaultLocations(): ReturnType<typeof findDefaultLocations> {
  return findDefaultLocations({
    environment: process.env,
    platform: process.platform,
    delimiter,
    hasFile,
    systemCertificates,
    bundledCertificates: () => tls.rootCertificates,
  });
}

async function hasFile(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    // A container may have a directory there, made by mounting a file that wasn't.
    return found.isFile() && found.size > 0;
  } catch {
    return false;
  }
}

/** Node can tell since 22.15. */
function systemCertificates(): readonly string[] {
  if (!('getCACertificates' in tls) || typeof tls.getCACertificates !== 'function') return [];
  const certificates: unknown = tls.getCACertificates('system');
  return Array.isArray(certificates) ? certificates : [];
}
