/** Diffie-Hellman on a curve, RFC 8422 section 5. */
import { CryptoError, type GroupName, type KeyExchange } from '@halfclose/crypto';
import { illegal } from '../../brokenRules.ts';
import { findExtension } from '../../messages/extension.ts';
import { readSupportedGroups } from '../../messages/extensionBodies.ts';
import {
  type EcdhParameters,
  namedCurve,
  readEcdhParameters,
} from '../../messages/tls12/serverKeyExchange.ts';
import { extensionTypes } from '../../protocol/extensionTypes.ts';
import { groupDisplayName } from '../../protocol/namedGroups.ts';
import { groupCode } from '../parameters.ts';
import type { HandshakeSecrets } from '../secrets.ts';
import { type Steps, settle } from '../steps.ts';
import type { ExchangeContext12, Exchanged12, KeyExchangeMethod12 } from './parts12.ts';

export const ecdhe12: KeyExchangeMethod12 = {
  name: 'ECDHE',
  begin(serverKeyExchange) {
    const server = serverKeyExchange && readEcdhParameters(serverKeyExchange);
    return (context) => onCurve(context, server);
  },
};

/** Section 5.4: a curve that we offered. */
function* onCurve(
  { config, parameters, offer, secrets }: ExchangeContext12,
  server: EcdhParameters | undefined,
): Steps<Exchanged12> {
  const offered = findExtension(offer.hello.extensions, extensionTypes.supportedGroups);
  const code = server?.curveType === namedCurve ? server.group : -1;
  const group = parameters.groups.find(
    (candidate) => groupCode(candidate) === code && !isField(candidate.name),
  );
  const isOffered = offered !== undefined && readSupportedGroups(offered.data).includes(code);
  if (server === undefined || group === undefined || !isOffered) {
    throw illegal(
      'WRONG_CURVE',
      `the server chose ${code < 0 ? 'a curve without a name' : groupDisplayName(code)}, which was not offered for TLS 1.2`,
    );
  }
  const own = yield* settle(secrets.keepKeys(group.generate(config.crypto.random)));
  const secret = yield* agree(own, server.publicKey, group.name, 'BAD_ECPOINT', secrets);
  return {
    secret,
    group: group.name,
    write: (writer) => writer.vector8(() => writer.bytes(own.publicKey)),
  };
}

function isField(name: GroupName): boolean {
  return name.startsWith('ffdhe');
}

export function* agree(
  own: KeyExchange,
  serverKey: Uint8Array,
  what: string,
  reason: 'BAD_ECPOINT' | 'BAD_DH_VALUE',
  secrets: HandshakeSecrets,
): Steps<Uint8Array> {
  try {
    return yield* settle(secrets.keep(own.agree(serverKey)));
  } catch (cause) {
    if (!(cause instanceof CryptoError) || cause.code !== 'invalid_public_key') throw cause;
    throw illegal(reason, `the server's public key for ${what} is not valid: ${cause.message}`);
  }
}
