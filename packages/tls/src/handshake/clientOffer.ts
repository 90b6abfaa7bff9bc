import type { GroupName, KeyExchange, KeyExchangeGroup, MaybePromise } from '@halfclose/crypto';
import { illegal } from '../brokenRules.ts';
import type { ClientConfig } from '../config.ts';
import type { EchAttempt, EchOffer } from '../ech/contract.ts';
import { type ClientHello, encodeClientHello } from '../messages/clientHello.ts';
import { type Extension, findExtension, replaceExtension } from '../messages/extension.ts';
import {
  alpnExtension,
  clientKeySharesExtension,
  cookieExtension,
  earlyDataExtension,
  pskKeyExchangeModesExtension,
  readCookie,
  readSelectedGroup,
  readSupportedGroups,
  serverNameExtension,
  signatureAlgorithmsExtension,
  statusRequestExtension,
  supportedGroupsExtension,
  supportedVersionsExtension,
} from '../messages/extensionBodies.ts';
import { type HandshakeMessage, handshakeMessage } from '../messages/handshakeMessage.ts';
import type { ServerHello } from '../messages/serverHello.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import { groupDisplayName } from '../protocol/namedGroups.ts';
import { protocolVersions } from '../protocol/versions.ts';
import type { Session } from '../session.ts';
import type { Resumption12 } from '../tls12.ts';
import { authenticationExtensions } from './authenticationOffer.ts';
import { asTheyStand, type ExtensionOrder } from './extensionOrder.ts';
import { padHello } from './helloPadding.ts';
import { groupCode, type Parameters, type SuiteAlgorithms } from './parameters.ts';
import { bindOffer, boundLength, type OfferedPsk, sessionPsk } from './preSharedKeys.ts';
import { findResumption, type Resumption, sessionToOffer, usesPsks } from './resumption.ts';
import type { HandshakeSecrets } from './secrets.ts';
import { type Steps, settle } from './steps.ts';
import type { Transcript } from './transcript.ts';

/** A ClientHello as it was sent, with the secrets behind it. */
export interface ClientOffer {
  readonly hello: ClientHello;
  /** The same before it was ordered, padded and shaped, and without pre-shared keys. */
  readonly plain: ClientHello;
  readonly order: ExtensionOrder;
  readonly shape: ((hello: ClientHello) => ClientHello) | undefined;
  readonly message: HandshakeMessage;
  /** By NamedGroup. */
  readonly keyExchanges: ReadonlyMap<number, OfferedKeyExchange>;
  /** The pre-shared keys that are offered, in their order. */
  readonly psks: readonly OfferedPsk[];
  /** The session of TLS 1.2 that is offered. */
  readonly resumption12: Resumption12 | undefined;
  /** Encrypted Client Hello, as far as this offer has to do with it: hidden by it, or with a decoy. */
  readonly ech: EchAttempt | undefined;
  /** The offer that is hidden in this one, if any. */
  readonly hidden: HiddenOffer | undefined;
}

/** An offer that only a server with the right key can read, RFC 9849. */
export interface HiddenOffer extends ClientOffer {
  readonly ech: EchOffer;
}

export interface OfferedKeyExchange {
  readonly group: KeyExchangeGroup;
  readonly keyExchange: KeyExchange;
}

/** The first ClientHello, RFC 8446 section 4.1.2. */
export function* firstOffer(
  config: ClientConfig,
  parameters: Parameters,
  secrets: HandshakeSecrets,
): Steps<ClientOffer> {
  const session = yield* sessionToOffer(config);
  const resumption = yield* findResumption(config, parameters, session);
  const offersTls13 = parameters.suites.length > 0;
  // Both at once, where keys come from outside.
  const shares = beginKeyExchanges(config, parameters.keyShares, secrets);
  const ech =
    config.encryptedClientHello &&
    (yield* config.encryptedClientHello.begin(config.crypto, secrets, offersTls13));
  // RFC 9849 section 6.1: not in the hello that everybody can read, nor in that which is for TLS 1.3 only.
  const resumption12 =
    session && ech?.type !== 'offer' ? yield* findResumption12(parameters, session) : undefined;
  const { random } = config.crypto;
  const helloRandom = new Uint8Array(32);
  random(helloRandom);
  const legacySessionId = sessionIdFor(config, parameters, resumption12);
  const keyExchanges = yield* finishKeyExchanges(config, shares, secrets);
  const hello: ClientHello = {
    legacyVersion: protocolVersions.tls12,
    random: helloRandom,
    legacySessionId,
    cipherSuites: [...parameters.suites.map(({ code }) => code), ...(parameters.tls12?.cipherSuites ?? [])],
    legacyCompressionMethods: Uint8Array.of(0),
    extensions: extensionsOf(config, parameters, keyExchanges, resumption, resumption12),
  };
  const order = config.extensionOrder?.(random) ?? asTheyStand;
  const sessions = resumption === undefined ? [] : [sessionPsk(resumption, config.clock())];
  const psks = [...sessions, ...parameters.externalPsks];
  const greased = config.grease?.(hello, random) ?? hello;
  const plain = ech?.mark(greased, boundLength(psks)) ?? greased;
  const shape = config.shapeClientHello;
  return finishOffer({ plain, order, shape, keyExchanges, psks, ech, resumption12 });
}

function* findResumption12({ tls12 }: Parameters, session: Session): Steps<Resumption12 | undefined> {
  return tls12 && (yield* tls12.findResumption(session));
}

/**
 * The id of a session of TLS 1.2. Else a fresh one: for RFC 8446 appendix D.4, and to see whether a server takes a ticket
 * of TLS 1.2 (RFC 5077 section 3.4).
 */
function sessionIdFor(
  { middleboxCompatibility = true, crypto }: ClientConfig,
  { suites }: Parameters,
  resumption12: Resumption12 | undefined,
): Uint8Array {
  if (resumption12?.sessionId !== undefined) return resumption12.sessionId;
  const isWanted = resumption12 !== undefined || (middleboxCompatibility && suites.length > 0);
  const sessionId = new Uint8Array(isWanted ? 32 : 0);
  if (isWanted) crypto.random(sessionId);
  return sessionId;
}

/** A HelloRetryRequest and what it decided. */
export interface RetryRequest {
  readonly hello: ServerHello;
  readonly suite: SuiteAlgorithms;
  /** With the first hello and the request in it. */
  readonly transcript: Transcript;
}

/**
 * The second ClientHello: the first with what the HelloRetryRequest asked for, and nothing else changed
 * (RFC 8446 section 4.1.2).
 * @throws TLSError where the request is one that RFC 8446 section 4.1.4 forbids
 */
export function* secondOffer(
  config: ClientConfig,
  parameters: Parameters,
  first: ClientOffer,
  retry: RetryRequest,
  secrets: HandshakeSecrets,
): Steps<ClientOffer> {
  const keyShare = findExtension(retry.hello.extensions, extensionTypes.keyShare);
  const cookie = findExtension(retry.hello.extensions, extensionTypes.cookie);
  if (keyShare === undefined && cookie === undefined) {
    throw illegal(
      'EMPTY_HELLO_RETRY_REQUEST',
      'the HelloRetryRequest asks for no change (RFC 8446 section 4.1.4)',
    );
  }
  let { keyExchanges } = first;
  // Section 4.1.4: nothing is early any more.
  let extensions: readonly Extension[] = first.plain.extensions.filter(
    ({ type }) => type !== extensionTypes.earlyData,
  );
  if (keyShare !== undefined) {
    const group = requestedGroup(parameters, first, readSelectedGroup(keyShare.data));
    keyExchanges = yield* finishKeyExchanges(config, beginKeyExchanges(config, [group], secrets), secrets);
    extensions = replaceExtension(extensions, keySharesOf(keyExchanges));
  }
  if (cookie !== undefined) {
    extensions = [...extensions, cookieExtension(cookieToReturn(cookie.data, first.ech))];
  }
  // Section 4.1.4: a key whose hash isn't the chosen suite's is offered no more.
  const fitting = first.psks.filter(({ hashAlgorithm }) => hashAlgorithm.name === retry.suite.hash);
  // Section 4.1.2: tickets are older by now.
  const psks = fitting.map((psk) => (psk.resumption ? sessionPsk(psk.resumption, config.clock()) : psk));
  const { order, shape, ech, resumption12 } = first;
  const plain = { ...first.plain, extensions };
  const parts = { plain, order, shape, keyExchanges, psks, ech, resumption12 };
  return finishOffer(parts, retry.transcript);
}

/** A hello has 2^16 - 1 octets for all extensions together. */
const maximumCookie = 2 ** 15;

/** Section 4.2.2: exactly as it came. */
function cookieToReturn(data: Uint8Array, ech: EchAttempt | undefined): Uint8Array {
  const cookie = readCookie(data);
  const maximum = ech?.type === 'offer' ? ech.maximumCookie : maximumCookie;
  if (cookie.length > maximum) {
    throw illegal(
      'BAD_HELLO_RETRY_REQUEST',
      `the HelloRetryRequest's cookie has ${cookie.length} octets, more than ${maximum}`,
    );
  }
  return cookie;
}

/** RFC 8446 section 4.2.8: a group that we offered, and for which we sent no share. */
function requestedGroup(parameters: Parameters, first: ClientOffer, code: number): KeyExchangeGroup {
  const offered = findExtension(first.hello.extensions, extensionTypes.supportedGroups);
  const group = parameters.groups.find((candidate) => groupCode(candidate) === code);
  if (group === undefined || offered === undefined || !readSupportedGroups(offered.data).includes(code)) {
    throw illegal(
      'WRONG_CURVE',
      `the HelloRetryRequest asks for ${groupDisplayName(code)}, which was not offered`,
    );
  }
  if (first.keyExchanges.has(code)) {
    throw illegal(
      'WRONG_CURVE',
      `the HelloRetryRequest asks for ${groupDisplayName(code)}, of which it already has a key share`,
    );
  }
  return group;
}

/** Key exchanges of which the first is being made. */
interface BegunKeyExchanges {
  readonly groups: readonly KeyExchangeGroup[];
  readonly first: { readonly name: GroupName; readonly keyExchange: MaybePromise<KeyExchange> } | undefined;
}

/** Those of two parts first: what a part of them is need not be made again (draft-ietf-tls-hybrid-design section 3.2). */
function beginKeyExchanges(
  { crypto }: ClientConfig,
  groups: readonly KeyExchangeGroup[],
  secrets: HandshakeSecrets,
): BegunKeyExchanges {
  const [first] = largestFirst(groups);
  if (first === undefined) return { groups, first };
  const keyExchange = secrets.keepKeys(first.generate(crypto.random));
  return { groups, first: { name: first.name, keyExchange } };
}

function largestFirst(groups: readonly KeyExchangeGroup[]): KeyExchangeGroup[] {
  return [...groups].sort((a, b) => b.publicKeyLength - a.publicKeyLength);
}

function* finishKeyExchanges(
  config: ClientConfig,
  { groups, first }: BegunKeyExchanges,
  secrets: HandshakeSecrets,
): Steps<ReadonlyMap<number, OfferedKeyExchange>> {
  const made = new Map<GroupName, KeyExchange>();
  for (const group of largestFirst(groups)) {
    if (made.has(group.name)) continue;
    const begun = group.name === first?.name ? first.keyExchange : undefined;
    const keyExchange = yield* settle(begun ?? secrets.keepKeys(group.generate(config.crypto.random)));
    made.set(group.name, keyExchange);
    const { component } = keyExchange;
    if (component !== undefined) made.set(component.group, component.keyExchange);
  }
  const keyExchanges = new Map<number, OfferedKeyExchange>();
  for (const group of groups) {
    const keyExchange = made.get(group.name);
    if (keyExchange !== undefined) keyExchanges.set(groupCode(group), { group, keyExchange });
  }
  return keyExchanges;
}

function extensionsOf(
  config: ClientConfig,
  parameters: Parameters,
  keyExchanges: ReadonlyMap<number, OfferedKeyExchange>,
  resumption: Resumption | undefined,
  resumption12: Resumption12 | undefined,
): Extension[] {
  const { hostName, alpnProtocols, groups, tls12 } = parameters;
  // RFC 8446 section 4.2.3: who doesn't say how certificates may be signed gets none.
  const takesCertificates = config.externalPsks?.required !== true;
  return [
    ...(hostName === undefined ? [] : [serverNameExtension(hostName)]),
    ...(takesCertificates && config.requestOcsp ? [statusRequestExtension()] : []),
    supportedGroupsExtension(groups.map(groupCode)),
    ...(takesCertificates
      ? [
          signatureAlgorithmsExtension(schemeCodes(parameters)),
          ...authenticationExtensions(config, parameters.schemes),
        ]
      : []),
    ...(config.recordLimits?.extensions ?? []),
    ...(alpnProtocols.length === 0 ? [] : [alpnExtension(alpnProtocols)]),
    ...(tls12?.extensions(resumption12) ?? []),
    ...(parameters.suites.length > 0 ? extensionsOf13(config, parameters, keyExchanges, resumption) : []),
  ];
}

function extensionsOf13(
  config: ClientConfig,
  parameters: Parameters,
  keyExchanges: ReadonlyMap<number, OfferedKeyExchange>,
  resumption: Resumption | undefined,
): Extension[] {
  const { tls13, tls12 } = protocolVersions;
  return [
    supportedVersionsExtension(parameters.tls12 === undefined ? [tls13] : [tls13, tls12]),
    ...(usesPsks(config, parameters) ? [pskKeyExchangeModesExtension(parameters.pskModes)] : []),
    ...(config.earlyData?.permits(parameters, resumption) ? [earlyDataExtension()] : []),
    keySharesOf(keyExchanges),
  ];
}

/** Those of all versions, and behind them those that only certificates may be signed with. */
function schemeCodes({ schemes, tls12, certificateSchemes }: Parameters): number[] {
  const codes = schemes.map(({ code }) => code);
  return [...new Set([...codes, ...(tls12?.signatureSchemes ?? []), ...certificateSchemes])];
}

function keySharesOf(keyExchanges: ReadonlyMap<number, OfferedKeyExchange>): Extension {
  return clientKeySharesExtension(
    [...keyExchanges].map(([group, { keyExchange }]) => ({ group, keyExchange: keyExchange.publicKey })),
  );
}

/** An offer before it is encoded. */
export type OfferParts = Omit<ClientOffer, 'hello' | 'message' | 'hidden'>;

/** @param transcript the messages before this hello, where there are some */
function finishOffer(parts: OfferParts, transcript?: Transcript): ClientOffer {
  const { plain, order, shape, psks, ech } = parts;
  const ordered = { ...plain, extensions: order(plain.extensions) };
  if (ech?.type === 'offer') return ech.hide(parts, shape?.(ordered) ?? ordered, transcript);
  const padded = padHello(ordered, boundLength(psks));
  return { ...parts, ...bindHello(shape?.(padded) ?? padded, psks, transcript), hidden: undefined };
}

/** The hello with its pre-shared keys bound to it. @param transcript as above */
export function bindHello(
  hello: ClientHello,
  psks: readonly OfferedPsk[],
  transcript: Transcript | undefined,
): Pick<ClientOffer, 'hello' | 'message'> {
  if (psks.length > 0) return bindOffer(hello, psks, transcript);
  return { hello, message: handshakeMessage(handshakeTypes.clientHello, encodeClientHello(hello)) };
}
