import { randomFillSync } from 'node:crypto';
import { type CryptoProvider, createDefaultProvider } from '@halfclose/crypto';
import { createNodeProvider } from '@halfclose/crypto/node';
import { mozillaRoots } from '@halfclose/roots';
import {
  createRevocationCheck,
  createServerVerifier,
  createSignatureMemory,
  createTrustStore,
  parseCertificate,
  type ServerVerifier,
} from '@halfclose/x509';
import { SSLContext } from 'halfclose';
import type { Implementation, Subject } from './subject.ts';

/** With the cryptography that it has by itself, and with OpenSSL's. */
export const halfclose: Subject = {
  name: 'halfclose',
  load: async () => implementationWith(createDefaultProvider((output) => void randomFillSync(output))),
};

export const halfcloseOnNode: Subject = {
  name: 'halfclose, node:crypto',
  load: async () => implementationWith(createNodeProvider()),
};

function implementationWith(crypto: CryptoProvider): Implementation {
  const verify = (verifier: ServerVerifier, certificates: readonly Uint8Array[]): unknown =>
    verifier.verifyServer({ certificates, serverName: 'localhost', now: Date.now() });
  return {
    parse: parseCertificate,
    read(der) {
      const { publicKey, subjectAltName, basicConstraints } = parseCertificate(der);
      return [publicKey, subjectAltName, basicConstraints];
    },
    loadPem: (cadata) => new SSLContext().loadVerifyLocations({ cadata }),
    loadDefault: () => new SSLContext().loadDefaultCerts(),
    loadCompact() {
      const store = createTrustStore();
      for (const root of mozillaRoots()) store.addAnchor(root);
      return store;
    },
    trust(root) {
      const trustStore = createTrustStore([root]);
      const create = (): ServerVerifier =>
        createServerVerifier({
          crypto,
          trustStore,
          checkHostname: true,
          revocation: createRevocationCheck({ policy: 'ifPresent' }),
          signatures: createSignatureMemory(),
        });
      return {
        // A verifier that has verified nothing before.
        verify: (chain) => verify(create(), chain),
        remember(chain) {
          const verifier = create();
          return () => verify(verifier, chain);
        },
      };
    },
  };
}
