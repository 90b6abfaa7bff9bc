import type { HashAlgorithm } from '@halfclose/crypto';
import type { HandshakeMessage } from '../../messages/handshakeMessage.ts';
import { Writer } from '../../wire/writer.ts';
import { createTranscript } from '../transcript.ts';

/** All handshake messages: their hash, and themselves, which a client's CertificateVerify signs. RFC 5246 section 7.4.8. */
export interface Transcript12 {
  add(message: HandshakeMessage): void;
  digest(): Uint8Array;
  messages(): Uint8Array;
}

export function createTranscript12(hash: HashAlgorithm, messages: readonly HandshakeMessage[]): Transcript12 {
  const all = [...messages];
  const hashed = createTranscript(hash, messages);
  return {
    add(message) {
      all.push(message);
      hashed.add(message);
    },
    digest: () => hashed.digest(),
    messages() {
      const writer = new Writer();
      for (const { encoded } of all) writer.bytes(encoded);
      return writer.finish();
    },
  };
}
