import type { X509Certificate } from '@peculiar/x509';
import { require, type Subject } from './subject.ts';

/** Its builder finds a chain by names, identifiers and signatures. Dates are compared here; names of hosts are not. */
export const peculiar: Subject = {
  name: '@peculiar/x509',
  async load() {
    await import('reflect-metadata');
    const x509 = await import('@peculiar/x509');
    const parse = (der: Uint8Array): X509Certificate => new x509.X509Certificate(new Uint8Array(der));
    return {
      parse,
      read(der) {
        const certificate = parse(der);
        return [
          certificate.publicKey,
          certificate.getExtension(x509.SubjectAlternativeNameExtension),
          certificate.getExtension(x509.BasicConstraintsExtension),
        ];
      },
      loadPem: (_, blocks) => blocks.map((block) => new x509.X509Certificate(block)),
      trust(root) {
        const anchor = parse(root);
        const verifyParsed = async ([leaf, ...others]: readonly X509Certificate[]): Promise<void> => {
          require(leaf !== undefined, 'no certificate');
          if (leaf === undefined) return;
          const builder = new x509.X509ChainBuilder({ certificates: [...others, anchor] });
          const path = await builder.build(leaf);
          const now = new Date();
          require(path.at(-1)?.equal(anchor) === true, 'no path to the root');
          require(path.every(
            ({ notBefore, notAfter }) => notBefore <= now && now <= notAfter,
          ), 'not valid now');
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
