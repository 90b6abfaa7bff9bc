/** ClientKeyExchange and the premaster secret behind it: RFC 5246 sections 7.4.7 and 8.1, RFC 8422, RFC 4279. */
import {
  CryptoError,
  encryptRsaPkcs1,
  type GroupName,
  type KeyExchange,
  type MaybePromise,
  type PublicKey,
} from '@halfclose/crypto';
import type { ClientConfig } from '../../config.ts';
import { local } from '../../endings.ts';
import { misbehaved, TLSError } from '../../errors.ts';
import { findExtension } from '../../messages/extension.ts';
import { readSupportedGroups } from '../../messages/extensionBodies.ts';
import { type EcdhParameters, namedCurve } from '../../messages/tls12/serverKeyExchange.ts';
import { extensionTypes } from '../../protocol/extensionTypes.ts';
import { groupDisplayName } from '../../protocol/namedGroups.ts';
import { protocolVersions } from '../../protocol/versions.ts';
import { Writer } from '../../wire/writer.ts';
import type { ClientOffer } from '../clientOffer.ts';
import { groupCode } from '../parameters.ts';
import type { HandshakeSecrets } from '../secrets.ts';
import { type Steps, settle } from '../steps.ts';
import { masterSecretLength } from './keySchedule12.ts';
import type { Parameters12, SuiteAlgorithms12 } from './parameters12.ts';
import { beginFieldKeyExchange, withoutLeadingZeros } from './primeFields12.ts';
import type { ServerKeys } from './serverKeyExchange12.ts';

export interface AgreedKey {
  /** Of the ClientKeyExchange. */
  readonly body: Uint8Array;
  /** Secret. */
  readonly premaster: Uint8Array;
  readonly group: GroupName | undefined;
  /** The identity of the pre-shared key that was used. */
  readonly pskIdentity: Uint8Array | undefined;
}

/** What both sides' halves come to, before a pre-shared key is added to it. */
interface Exchanged {
  readonly secret: Uint8Array;
  readonly group: GroupName | undefined;
  write(writer: Writer): void;
}

/** Octets that a length of two octets can tell, RFC 4279 section 2. */
const longestPsk = 0xffff;

/** @param publicKey of the server's certificate, where it has one */
export function* exchangeKeys12(
  config: ClientConfig,
  parameters: Parameters12,
  offer: ClientOffer,
  suite: SuiteAlgorithms12,
  server: ServerKeys,
  publicKey: PublicKey | undefined,
  secrets: HandshakeSecrets,
): Steps<AgreedKey> {
  const exchanged = yield* exchange(config, parameters, offer, server, publicKey, secrets);
  const body = new Writer();
  if (suite.authentication !== 'PSK') {
    if (exchanged === undefined) throw local('INVALID_STATE', `${suite.name} has no key exchange`);
    exchanged.write(body);
    const { secret, group } = exchanged;
    return { body: body.finish(), premaster: secret, group, pskIdentity: undefined };
  }
  const psk = yield* settle(parameters.options.psk?.(server.pskHint));
  if (psk === undefined || psk.key.length === 0) {
    throw local('PSK_IDENTITY_NOT_FOUND', 'there is no pre-shared key for this server');
  }
  if (psk.key.length > longestPsk || psk.identity.length > longestPsk) {
    throw local(
      'INVALID_CONFIGURATION',
      `a pre-shared key of ${psk.key.length} octets with an identity of ${psk.identity.length} can't be sent`,
    );
  }
  body.vector16(() => body.bytes(psk.identity));
  exchanged?.write(body);
  // RFC 4279 section 2: without another secret, as many zeros as the key has octets.
  const other = exchanged?.secret ?? new Uint8Array(psk.key.length);
  return {
    body: body.finish(),
    premaster: secrets.keep(pskPremaster(other, psk.key)),
    group: exchanged?.group,
    pskIdentity: psk.identity.slice(),
  };
}

/** Both after their lengths in two octets each. A Writer would leave a copy behind. */
function pskPremaster(other: Uint8Array, key: Uint8Array): Uint8Array {
  const premaster = new Uint8Array(4 + other.length + key.length);
  premaster.set([other.length >>> 8, other.length & 0xff]);
  premaster.set(other, 2);
  premaster.set([key.length >>> 8, key.length & 0xff], 2 + other.length);
  premaster.set(key, 4 + other.length);
  return premaster;
}

function* exchange(
  config: ClientConfig,
  parameters: Parameters12,
  offer: ClientOffer,
  { ecdh, dh }: ServerKeys,
  publicKey: PublicKey | undefined,
  secrets: HandshakeSecrets,
): Steps<Exchanged | undefined> {
  if (ecdh !== undefined) return yield* onCurve(config, parameters, offer, ecdh, secrets);
  if (dh !== undefined) {
    const { group, keyExchange, serverKey } = beginFieldKeyExchange(config.crypto, dh);
    const own = yield* settle(secrets.keepKeys(keyExchange));
    const shared = yield* agree(own, serverKey, group ?? 'a prime field', 'BAD_DH_VALUE', secrets);
    // RFC 5246 section 8.1.2.
    const secret = withoutLeadingZeros(shared);
    return { secret, group, write: (writer) => writer.vector16(() => writer.bytes(own.publicKey)) };
  }
  return publicKey && encrypted(config, publicKey, secrets);
}

/** RFC 8422 section 5.4: a curve that we offered. */
function* onCurve(
  config: ClientConfig,
  { groups }: Parameters12,
  { hello }: ClientOffer,
  { curveType, group: code, publicKey }: EcdhParameters,
  secrets: HandshakeSecrets,
): Steps<Exchanged> {
  const offered = findExtension(hello.extensions, extensionTypes.supportedGroups);
  const group = groups.find((candidate) => groupCode(candidate) === code && !isField(candidate.name));
  const isOffered = offered !== undefined && readSupportedGroups(offered.data).includes(code);
  if (curveType !== namedCurve || group === undefined || !isOffered) {
    throw misbehaved(
      'illegal_parameter',
      'WRONG_CURVE',
      `the server chose ${curveType === namedCurve ? groupDisplayName(code) : 'a curve without a name'}, which was not offered for TLS 1.2`,
    );
  }
  const own = yield* settle(secrets.keepKeys(group.generate(config.crypto.random)));
  const secret = yield* agree(own, publicKey, group.name, 'BAD_ECPOINT', secrets);
  return {
    secret,
    group: group.name,
    write: (writer) => writer.vector8(() => writer.bytes(own.publicKey)),
  };
}

function isField(name: GroupName): boolean {
  return name.startsWith('ffdhe');
}

function* agree(
  own: KeyExchange,
  serverKey: Uint8Array,
  what: string,
  reason: 'BAD_ECPOINT' | 'BAD_DH_VALUE',
  secrets: HandshakeSecrets,
): Steps<Uint8Array> {
  try {
    const shared: MaybePromise<Uint8Array> = own.agree(serverKey);
    return yield* settle(secrets.keep(shared));
  } catch (cause) {
    if (!(cause instanceof CryptoError) || cause.code !== 'invalid_public_key') throw cause;
    throw misbehaved(
      'illegal_parameter',
      reason,
      `the server's public key for ${what} is not valid: ${cause.message}`,
    );
  }
}

/** RFC 5246 section 7.4.7.1: the version that we offered, whatever the server chose, and 46 octets that nobody knows. */
function encrypted({ crypto }: ClientConfig, publicKey: PublicKey, secrets: HandshakeSecrets): Exchanged {
  const secret = secrets.keep(new Uint8Array(masterSecretLength));
  crypto.random(secret);
  secret[0] = protocolVersions.tls12 >>> 8;
  secret[1] = protocolVersions.tls12 & 0xff;
  try {
    const encryptedSecret = encryptRsaPkcs1(publicKey, secret, crypto.random);
    return {
      secret,
      group: undefined,
      write: (writer) => writer.vector16(() => writer.bytes(encryptedSecret)),
    };
  } catch (cause) {
    if (!(cause instanceof CryptoError) || cause.code !== 'unsupported_public_key') throw cause;
    throw new TLSError(`the server's key can't be used for RSA key exchange: ${cause.message}`, {
      fault: 'certificate',
      reason: 'WRONG_CERTIFICATE_TYPE',
      alert: 'unsupported_certificate',
      cause,
    });
  }
}
