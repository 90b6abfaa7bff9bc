/** Which of two hellos a server has read, where one was hidden in the other: RFC 9849 section 6.1. */
import { misbehaved } from '../errors.ts';
import { findExtension } from '../messages/extension.ts';
import { isHelloRetryRequest, type ServerHello } from '../messages/serverHello.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import type { ClientOffer, HiddenOffer } from './clientOffer.ts';
import { earlyDataOffered } from './earlyDataOffer.ts';
import type { Parameters, SuiteAlgorithms } from './parameters.ts';
import { createTranscript, type Transcript } from './transcript.ts';
import type { HandshakeWire } from './wire.ts';

/** `rejected`: the server has read the hello around the hidden one. */
export type EchOutcome = 'none' | 'grease' | 'accepted' | 'rejected';

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
  return hidden.ech.isAccepted(suite.hashAlgorithm, hidden.hello, transcript, answer) ? hidden : sent;
}

export function echOutcomeOf(sent: ClientOffer, read: ClientOffer): EchOutcome {
  if (sent.hidden !== undefined) return read === sent ? 'rejected' : 'accepted';
  return sent.ech === undefined ? 'none' : 'grease';
}

/** What the hidden offer had beyond the other one is off. */
export function giveUpHidden(wire: HandshakeWire, hidden: HiddenOffer): void {
  if (earlyDataOffered(hidden) !== undefined) wire.rejectEarlyData();
}

/** Section 6.1.5: who has said so in a HelloRetryRequest says it again in the ServerHello. */
export function requireAcceptance(
  hidden: HiddenOffer,
  { hashAlgorithm }: SuiteAlgorithms,
  before: Transcript,
  serverHello: ServerHello,
): void {
  if (hidden.ech.isAccepted(hashAlgorithm, hidden.hello, before, serverHello)) return;
  throw misbehaved(
    'illegal_parameter',
    'INCONSISTENT_ECH_NEGOTIATION',
    'the server read the hidden ClientHello by its HelloRetryRequest, and not by its ServerHello',
  );
}

/** Section 6.1.2: the pre_shared_key around a hidden hello has no key in it. */
export function refuseGreasePsk(serverHello: ServerHello): void {
  if (findExtension(serverHello.extensions, extensionTypes.preSharedKey) === undefined) return;
  throw misbehaved(
    'illegal_parameter',
    'UNEXPECTED_EXTENSION',
    'the server selected a pre-shared key, and has not read the hidden ClientHello that offered it',
  );
}
