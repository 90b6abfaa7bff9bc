/** How a server says that it has read the hidden ClientHello, RFC 9849 section 7.2. */
import { constantTimeEqual, type HashAlgorithm, hkdfExtract, wipe } from '@halfclose/crypto';
import { expandLabel } from '../handshake/keySchedule.ts';
import type { Transcript } from '../handshake/transcript.ts';
import type { ClientHello } from '../messages/clientHello.ts';
import { findExtension, replaceExtension } from '../messages/extension.ts';
import { handshakeMessage } from '../messages/handshakeMessage.ts';
import { encodeServerHello, isHelloRetryRequest, type ServerHello } from '../messages/serverHello.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';

/** Octets of a confirmation. */
const length = 8;

export function isEchAccepted(
  hash: HashAlgorithm,
  inner: ClientHello,
  before: Transcript,
  answer: ServerHello,
): boolean {
  const confirms = (label: string, said: Uint8Array, silent: ServerHello): boolean => {
    const message = handshakeMessage(handshakeTypes.serverHello, encodeServerHello(silent));
    const secret = hkdfExtract(hash, new Uint8Array(hash.outputLength), inner.random);
    const expected = expandLabel(hash, secret, label, before.digestWith(message.encoded), length);
    wipe(secret);
    return said.length === length && constantTimeEqual(said, expected);
  };

  if (!isHelloRetryRequest(answer)) {
    const random = answer.random.slice();
    random.fill(0, -length);
    return confirms('ech accept confirmation', answer.random.subarray(-length), { ...answer, random });
  }
  const type = extensionTypes.encryptedClientHello;
  const said = findExtension(answer.extensions, type);
  if (said === undefined) return false;
  const extensions = replaceExtension(answer.extensions, { type, data: new Uint8Array(length) });
  return confirms('hrr ech accept confirmation', said.data, { ...answer, extensions });
}
