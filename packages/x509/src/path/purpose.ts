import { type KeyUsage, keyPurposes } from '../certificate/extensionTypes.ts';

/** What a certificate has to be for. Where it says nothing of its use, it is for everything. */
export interface Purpose {
  /** For messages, in the plural: those who have such certificates. */
  readonly holders: string;
  /** All of them must be among the uses of its key. */
  readonly keyUsage: readonly KeyUsage[];
  /** Dotted OIDs. All of them must be among its purposes, and among those of the authorities above it. */
  readonly extendedKeyUsage: readonly string[];
}

/** TLS 1.3, and (EC)DHE in TLS 1.2, have the server sign: RFC 8446 section 4.4.2.2. */
export const tlsServer: Purpose = {
  holders: 'TLS servers',
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: [keyPurposes.serverAuth],
};
