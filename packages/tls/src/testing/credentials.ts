/** Credentials of clients, from an authority of the test. */
import type { Signer } from '@halfclose/crypto';
import { createNodeSigner } from '@halfclose/crypto/node';
import type { Authority, KeyType } from '@halfclose/testing/ca';
import { parsePrivateKey } from '@halfclose/x509';
import type { ClientCredential } from '../credential.ts';

export async function credentialFrom(
  authority: Authority,
  keyType: KeyType = 'P-256',
  changes: Partial<ClientCredential> = {},
): Promise<ClientCredential> {
  const { chain, key } = await authority.issue({ keyType });
  const signer = await signerOf(key);
  return { type: 'X509', certificates: chain, signer, ...changes };
}

/** The key alone, RFC 7250. */
export function rawKeyOf(credential: ClientCredential, spki: Uint8Array): ClientCredential {
  return { ...credential, type: 'RawPublicKey', certificates: [spki] };
}

export function signerOf({ privateKey }: Awaited<ReturnType<Authority['issue']>>['key']): Promise<Signer> {
  return createNodeSigner(
    parsePrivateKey(new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }))),
  );
}

/** Signs when it is told to. */
export function patient(signer: Signer): { readonly signer: Signer; readonly release: () => void } {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    signer: {
      ...signer,
      async sign(name, message) {
        await released;
        return signer.sign(name, message);
      },
    },
    release: () => release(),
  };
}
