/** ServerKeyExchange: what the server has for the key exchange, and its signature. RFC 5246 section 7.4.3. */
import type { PublicKey } from '@halfclose/crypto';
import { illegal } from '../../brokenRules.ts';
import { misbehaved } from '../../errors.ts';
import { findExtension } from '../../messages/extension.ts';
import { readSignatureAlgorithms } from '../../messages/extensionBodies.ts';
import type { HandshakeMessage } from '../../messages/handshakeMessage.ts';
import { type DigitallySigned, readDigitallySigned } from '../../messages/tls12/serverKeyExchange.ts';
import { extensionTypes } from '../../protocol/extensionTypes.ts';
import { type ServerSignatureSchemeName, schemeFits12 } from '../../protocol/signatureSchemes.ts';
import { hex16 } from '../../protocol/versions.ts';
import { Reader } from '../../wire/reader.ts';
import { Writer } from '../../wire/writer.ts';
import type { ClientOffer } from '../clientOffer.ts';
import { isAuthentic } from '../serverAuthentication.ts';
import type { Steps } from '../steps.ts';
import type { HelloRandoms } from './keySchedule12.ts';
import type { Parameters12, SchemeAlgorithm12, SuiteAlgorithms12 } from './parameters12.ts';
import type { Exchange12 } from './parts12.ts';

/** What the server says for the key exchange, and what follows from it; which of it is there depends on the suite. */
export interface ServerKeys {
  readonly pskHint: Uint8Array | undefined;
  readonly exchange: Exchange12 | undefined;
  /** What a signature is over, as it stood on the wire. */
  readonly signedOctets: Uint8Array;
  readonly signed: DigitallySigned | undefined;
}

/** Where there was no such message. */
export function noServerKeys({ method }: SuiteAlgorithms12): ServerKeys {
  const exchange = method?.begin(undefined);
  return { pskHint: undefined, exchange, signedOctets: new Uint8Array(0), signed: undefined };
}

export function readServerKeys(
  { method, authentication }: SuiteAlgorithms12,
  { body }: HandshakeMessage,
): ServerKeys {
  const reader = new Reader(body, 'ServerKeyExchange');
  // RFC 4279 section 2: the hint comes first.
  const pskHint = authentication === 'PSK' ? reader.vector16() : undefined;
  const exchange = method?.begin(reader);
  const signedOctets = body.subarray(0, body.length - reader.remaining);
  const signed = authentication === 'PSK' ? undefined : readDigitallySigned(reader);
  reader.end();
  return { pskHint, exchange, signedOctets, signed };
}

/** The server holds the key that its certificate names, and means this connection. */
export function* verifyServerKeys(
  parameters: Parameters12,
  offer: ClientOffer,
  randoms: HelloRandoms,
  publicKey: PublicKey,
  { signedOctets, signed }: ServerKeys,
): Steps<ServerSignatureSchemeName | undefined> {
  if (signed === undefined) return undefined;
  const scheme = offeredScheme12(parameters, offer, signed.algorithm);
  if (!schemeFits12(scheme, publicKey)) {
    throw illegal(
      'WRONG_SIGNATURE_TYPE',
      `the server signed with ${scheme.name}, and its certificate has a key of another type (${publicKey.type})`,
    );
  }
  const content = new Writer().bytes(randoms.client).bytes(randoms.server).bytes(signedOctets).finish();
  if ((yield* isAuthentic(scheme, publicKey, content, signed.signature)) !== true) {
    throw misbehaved('decrypt_error', 'BAD_SIGNATURE', `the server's ${scheme.name} signature is wrong`);
  }
  return scheme.name;
}

/** RFC 5246 section 7.4.3: one of those in our signature_algorithms; MD5 and SHA-1 never are (RFC 9155, SLOTH). */
function offeredScheme12({ schemes }: Parameters12, { hello }: ClientOffer, code: number): SchemeAlgorithm12 {
  const extension = findExtension(hello.extensions, extensionTypes.signatureAlgorithms);
  const scheme = schemes.find((candidate) => candidate.code === code);
  if (scheme === undefined || !extension || !readSignatureAlgorithms(extension.data).includes(code)) {
    throw illegal(
      'WRONG_SIGNATURE_TYPE',
      `the server signed with signature scheme ${hex16(code)}, which was not offered for TLS 1.2`,
    );
  }
  return scheme;
}
