/** An offer that is hidden in another, and which of the two a server has read: RFC 9849 section 6.1. */

import { illegal, malformed } from '../brokenRules.ts';
import type { ClientConfig } from '../config.ts';
import { misbehaved, TLSError } from '../errors.ts';
import { bindHello, type ClientOffer, type HiddenOffer, type OfferParts } from '../handshake/clientOffer.ts';
import type { Parameters, SuiteAlgorithms } from '../handshake/parameters.ts';
import type { NamedConfig } from '../handshake/serverAuthentication.ts';
import { createTranscript, type Transcript } from '../handshake/transcript.ts';
import type { ClientHello } from '../messages/clientHello.ts';
import { findExtension } from '../messages/extension.ts';
import { isHelloRetryRequest, type ServerHello } from '../messages/serverHello.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { isEchAccepted } from './acceptance.ts';
import { readEchConfigList } from './configList.ts';
import type { EchOffer, EchOutcome } from './contract.ts';

/** Keys stand twice in such a hello: in what is hidden, and as something of the same size that says nothing. */
export const maximumCookieAroundHidden: number = 2 ** 13;

/** RFC 9849 section 6.1: what is offered, hidden in an offer of the same without its name and keys. */
export function hideOffer(
  ech: EchOffer,
  parts: OfferParts,
  whole: ClientHello,
  transcript: Transcript | undefined,
): ClientOffer {
  const { order, keyExchanges, resumption12 } = parts;
  const bound = bindHello(ech.innerHello(whole), parts.psks, transcript);
  const hidden = { ...parts, ech, ...bound, hidden: undefined };
  const hello = ech.outerHello(whole, hidden.hello);
  const plain = {
    ...hello,
    extensions: hello.extensions.filter(
      ({ type }) => type !== extensionTypes.preSharedKey && type !== extensionTypes.padding,
    ),
  };
  const outer = { plain, order, shape: undefined, keyExchanges, psks: [], ech: undefined, resumption12 };
  return { ...outer, ...bindHello(hello, [], undefined), hidden };
}

/** By the server's first answer, section 6.1.4: the hidden offer, if there is one and it says so. */
export function offerThatWasRead(
  { suites }: Parameters,
  sent: ClientOffer,
  answer: ServerHello,
): ClientOffer {
  const { hidden } = sent;
  const suite = suites.find(({ code }) => code === answer.cipherSuite);
  if (hidden === undefined || suite === undefined) return sent;
  const transcript = createTranscript(suite.hashAlgorithm, [hidden.message]);
  if (isHelloRetryRequest(answer)) transcript.replaceClientHello();
  return isEchAccepted(suite.hashAlgorithm, hidden.hello, transcript, answer) ? hidden : sent;
}

/** Section 6.1.5: who has said so in a HelloRetryRequest says it again in the ServerHello. */
export function requireAcceptance(
  hidden: HiddenOffer,
  { hashAlgorithm }: SuiteAlgorithms,
  before: Transcript,
  serverHello: ServerHello,
): void {
  if (isEchAccepted(hashAlgorithm, hidden.hello, before, serverHello)) return;
  throw illegal(
    'INCONSISTENT_ECH_NEGOTIATION',
    'the server read the hidden ClientHello by its HelloRetryRequest, and not by its ServerHello',
  );
}

/** Section 6.1.2: the pre_shared_key around a hidden hello has no key in it. */
export function refuseGreasePsk(serverHello: ServerHello): void {
  if (findExtension(serverHello.extensions, extensionTypes.preSharedKey) === undefined) return;
  throw illegal(
    'UNEXPECTED_EXTENSION',
    'the server selected a pre-shared key, and has not read the hidden ClientHello that offered it',
  );
}

/** Section 6.1.7: a server that could not read it has to be the public name, and does not learn who we are. */
export function configForPublicName(config: ClientConfig, serverName: string): NamedConfig {
  const { clientAuthentication, ...others } = config;
  return { ...others, serverName, mustMatchName: true };
}

/** Section 6.1.6, once it has proved to be the public name: what it says about a next try can be believed. */
export function echRejected(retryConfigs: Uint8Array | undefined): TLSError {
  const advice =
    retryConfigs === undefined
      ? 'it has no key for it any more'
      : 'it has other keys for it, which are to be used in a new connection';
  return new TLSError(`the server could not decrypt the ClientHello: ${advice}`, {
    fault: 'negotiation',
    alert: 'ech_required',
    reason: 'ECH_REJECTED',
    retryConfigs: retryConfigs?.slice(),
  });
}

/** Section 6.1.4, in a HelloRetryRequest: whatever it says, it says in eight octets. */
export function checkConfirmation({ extensions }: ServerHello): void {
  const confirmation = findExtension(extensions, extensionTypes.encryptedClientHello);
  if (confirmation === undefined || confirmation.data.length === 8) return;
  throw malformed(
    `the HelloRetryRequest's encrypted_client_hello has ${confirmation.data.length} octets instead of 8`,
  );
}

/** Sections 5 and 6.1.6. */
export function checkRetryConfigs(data: Uint8Array, outcome: EchOutcome): void {
  if (outcome === 'accepted') {
    throw misbehaved(
      'unsupported_extension',
      'UNEXPECTED_EXTENSION',
      'the server read the hidden ClientHello, and says all the same how another could be hidden (RFC 9849 section 5)',
    );
  }
  readEchConfigList(data);
}
