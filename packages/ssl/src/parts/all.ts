import { observeMessages } from '@halfclose/tls';
import { checkPolicies } from '@halfclose/x509';
import { SSLObject } from '../sslObject.ts';
import { certificateFiles } from './certificateFiles.ts';
import { cipherSuites12 } from './cipherSuites12.ts';
import { clientCertificates } from './clientCertificates.ts';
import type { Parts } from './contract.ts';
import { descriptions } from './descriptions.ts';
import { earlyData } from './earlyData.ts';
import { encryptedClientHello } from './encryptedClientHello.ts';
import { preSharedKeys } from './preSharedKeys.ts';
import { privateKeys } from './privateKeys.ts';
import { revocation } from './revocation.ts';
import { tls12 } from './tls12.ts';

/** All that there is, for platforms on which a few KiB don't matter. */
export const allParts: Required<Parts> = {
  tls12,
  cipherSuites12,
  encryptedClientHello,
  revocation,
  checkPolicies,
  clientCertificates,
  privateKeys,
  preSharedKeys,
  earlyData,
  certificateFiles,
  descriptions,
  SSLObject,
  observeMessages,
};
