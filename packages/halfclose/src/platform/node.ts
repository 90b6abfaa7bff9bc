import { readdir, readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import type { Platform, VerifyLocations } from '@halfclose/ssl';
import { webPlatform } from './web.ts';

export const nodePlatform: Platform = {
  ...webPlatform,
  files: {
    read: (path) => readFile(path),
    list: (path) => readdir(path),
  },
  defaultLocations,
};

/** OpenSSL's variables, as Python honours them; else the certificates of Mozilla that Node comes with. */
function defaultLocations(): VerifyLocations {
  // An empty variable is as good as none.
  const cafile = process.env.SSL_CERT_FILE || undefined;
  const capath = process.env.SSL_CERT_DIR || undefined;
  if (cafile !== undefined || capath !== undefined) return { cafile, capath };
  return { cadata: rootCertificates.join('\n') };
}
