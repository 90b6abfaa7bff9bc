import { BasicConstraints, Certificate, CertificateChainValidationEngine } from 'pkijs';
import { require, type Subject } from './subject.ts';

/** RFC 5280's algorithm, but for names of hosts. */
export const pkijs: Subject = {
  name: 'pkijs',
  async load() {
    const parse = (der: Uint8Array): Certificate => Certificate.fromBER(new Uint8Array(der));
    const extension = (certificate: Certificate, oid: string): unknown =>
      certificate.extensions?.find(({ extnID }) => extnID === oid)?.parsedValue;
    return {
      parse,
      read(der) {
        const certificate = parse(der);
        return [
          certificate.subjectPublicKeyInfo.parsedKey,
          extension(certificate, '2.5.29.17'),
          extension(certificate, '2.5.29.19') instanceof BasicConstraints,
        ];
      },
      loadPem: (_, blocks) =>
        blocks.map((block) => parse(Buffer.from(block.split('\n').slice(1, -2).join(''), 'base64'))),
      trust(root) {
        const anchor = parse(root);
        const verifyParsed = async (chain: readonly Certificate[]): Promise<void> => {
          // The last one is that whose path is looked for.
          const certs = [...chain].reverse();
          const engine = new CertificateChainValidationEngine({ trustedCerts: [anchor], certs });
          const { result, resultMessage } = await engine.verify();
          require(result, resultMessage);
        };
        return {
          verify: (chain) => verifyParsed(chain.map(parse)),
          remember(chain) {
            const parsed = chain.map(parse);
            return () => verifyParsed(parsed);
          },
        };
      },
    };
  },
};
