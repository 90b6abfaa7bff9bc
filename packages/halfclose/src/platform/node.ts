import { readdir, readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { rootCertificates } from 'node:tls';
import { domainToASCII } from 'node:url';
import type { Platform, VerifyLocations } from '@halfclose/ssl';
import { webPlatform } from './web.ts';

export const nodePlatform: Platform = {
  ...webPlatform,
  toASCII: domainToASCII,
  files: {
    read: (path) => readFile(path),
    list: (path) => readdir(path),
  },
  defaultLocations,
};

/** OpenSSL's variables, as Python honours them; else the certificates of Mozilla that Node comes with. */
function defaultLocations(): VerifyLocations | readonly VerifyLocations[] {
  const { SSL_CERT_FILE: cafile, SSL_CERT_DIR: capaths = '' } = process.env;
  // An empty variable is as good as none, and so is an empty part of a list.
  const directories = capaths.split(delimiter).filter((capath) => capath !== '');
  const locations = [...(cafile ? [{ cafile }] : []), ...directories.map((capath) => ({ capath }))];
  return locations.length > 0 ? locations : { cadata: rootCertificates.join('\n') };
}
