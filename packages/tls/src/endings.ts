/** Why connections end, other than by a broken rule of a message: in sentences. */
import type { CredentialMisfit } from './credential.ts';
import { type Reason, TLSError } from './errors.ts';
import type { AlertName } from './protocol/alerts.ts';

/** This side gave up, or was used wrongly; nothing is sent for it. */
export function local(reason: Reason, message: string): TLSError {
  return new TLSError(message, { fault: 'local', reason });
}

/** What is written next would stand where those octets were meant to stand, as if there had been none. */
export function earlyDataRejected(octets: number): TLSError {
  return local(
    'EARLY_DATA_REJECTED',
    `the server rejected ${octets} octets of early data: before anything else is written they have to be taken back (takeRejectedEarlyData)`,
  );
}

/** A part of this side failed: a provider, a verifier, or we. */
export function internalError(cause: unknown): TLSError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new TLSError(`internal error: ${message}`, {
    fault: 'local',
    reason: 'INTERNAL_ERROR',
    alert: 'internal_error',
    cause,
  });
}

/** RFC 8446 section 6.1: an end without close_notify is no end. */
export function truncated(duringHandshake: boolean): TLSError {
  const message = duringHandshake
    ? 'the carrier ended during the handshake'
    : "the carrier ended without the server's close_notify: data may be missing (RFC 8446 section 6.1)";
  return new TLSError(message, { fault: 'truncation', reason: 'UNEXPECTED_EOF_WHILE_READING' });
}

/** What a server means by an alert that people are likely to meet. */
const meanings: Partial<Record<AlertName, string>> = {
  protocol_version: 'it speaks none of the versions on offer',
  handshake_failure: 'it accepts none of the cipher suites, groups or signature schemes on offer',
  no_application_protocol: 'it speaks none of the ALPN protocols on offer',
  unrecognized_name: 'it does not serve this host name',
  certificate_required: 'it demands a client certificate',
};

/** Why it got no certificate of ours that it demands. */
const misfits: Readonly<Record<CredentialMisfit, string>> = {
  none: 'there is none',
  certificateType: 'there is none of the type that was agreed on',
  signatureScheme: 'there is none for a signature that it accepts',
  issuer: 'there is none by an authority that it accepts',
};

/** RFC 8446 section 6.2: every alert but the two closing ones is an error, whatever its level; also unknown ones. */
export function alertReceived(
  name: AlertName | undefined,
  description: number,
  duringHandshake: boolean,
  misfit?: CredentialMisfit,
): TLSError {
  const when = duringHandshake ? ' during the handshake' : '';
  if (name === undefined) {
    return new TLSError(`the server sent the unknown alert ${description}${when}`, {
      fault: 'alert',
      reason: 'UNKNOWN_ALERT_TYPE',
    });
  }
  // Upper case of a member of one union is the member of the other; the compiler can't follow toUpperCase.
  const reason = `ALERT_${name.toUpperCase()}` as Reason;
  // This one alone can only come later: the server has our Finished before it misses our certificate.
  const isCertificate = name === 'certificate_required';
  const meaning = duringHandshake || isCertificate ? meanings[name] : undefined;
  const why = isCertificate && misfit !== undefined ? `, and ${misfits[misfit]}` : '';
  const sentence = `the server sent the alert ${name}${when}${meaning === undefined ? '' : `: ${meaning}${why}`}`;
  return new TLSError(sentence, { fault: 'alert', alert: name, reason });
}
