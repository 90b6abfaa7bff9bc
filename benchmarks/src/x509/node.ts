import { X509Certificate } from 'node:crypto';
import { require, type Subject } from './subject.ts';

/** OpenSSL's certificates. There is no search for a path in this interface: each issuer is named, and dates are compared. */
export const node: Subject = {
  name: 'node:crypto',
  async load() {
    return {
      parse: (der) => new X509Certificate(der),
      read(der) {
        const { publicKey, subjectAltName, ca } = new X509Certificate(der);
        return [publicKey, subjectAltName, ca];
      },
      loadPem: (_, blocks) => blocks.map((block) => new X509Certificate(block)),
      trust(root) {
        const anchor = new X509Certificate(root);
        const verifyParsed = (chain: readonly X509Certificate[]): void => {
          for (const [index, certificate] of chain.entries()) {
            const issuer = chain[index + 1] ?? anchor;
            require(certificate.checkIssued(issuer) && issuer.ca, 'not issued by an authority');
            require(certificate.verify(issuer.publicKey), 'wrong signature');
            const now = Date.now();
            const { validFrom, validTo } = certificate;
            require(Date.parse(validFrom) <= now && now <= Date.parse(validTo), 'not valid now');
          }
          require(chain[0]?.checkHost('localhost') !== undefined, 'another host');
        };
        const parseAll = (chain: readonly Uint8Array[]): X509Certificate[] =>
          chain.map((der) => new X509Certificate(der));
        return {
          verify: (chain) => verifyParsed(parseAll(chain)),
          remember(chain) {
            const parsed = parseAll(chain);
            return () => verifyParsed(parsed);
          },
        };
      },
    };
  },
};
