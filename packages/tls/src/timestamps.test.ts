/** SignedCertificateTimestamps in the handshake (RFC 6962 section 3.3), and what else is asked about certificates. */
import {
  extension,
  outcomeOf,
  refusal,
  type TicketBook,
  type Tried,
  trials,
  trustingVerifier,
} from '@halfclose/testing/peer';
import { extensionTypes, findExtension, signedCertificateTimestampListExtension } from '@halfclose/tls/codec';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Session } from './session.ts';
import type { ServerIdentity, ServerVerifier } from './verifier.ts';

const attempt = await trials();
const timestamps = [Uint8Array.of(1, 2, 3), Uint8Array.of(4)];
const { data } = signedCertificateTimestampListExtension(timestamps);
const type = extensionTypes.signedCertificateTimestamp;

function answered(octets: Uint8Array | readonly number[], requestScts = true): Tried {
  return attempt({ client: { requestScts }, server: { tamper: { certificate: extension(type, octets) } } });
}

test('they are asked for where the configuration says so, and only there', () => {
  for (const requestScts of [true, false]) {
    const { server } = attempt({ client: { requestScts } });
    const asked = findExtension(server.hellos[0]?.extensions ?? [], type);
    assert.equal(asked?.data, requestScts ? new Uint8Array(0) : undefined);
  }
});

test('the facts and the verifier have them, and so have resumed connections', () => {
  const seen: ServerIdentity[] = [];
  const verifier: ServerVerifier = {
    verifyServer(identity) {
      seen.push(identity);
      return trustingVerifier.verifyServer(identity);
    },
  };
  const sessions: Session[] = [];
  const tickets: TicketBook = new Map();
  const client = {
    requestScts: true,
    verifier,
    sessions: { take: () => sessions.shift(), put: (session: Session) => void sessions.push(session) },
  };
  const server = { tickets, sessionTickets: 1, tamper: { certificate: extension(type, data) } };
  const [first, second] = [attempt({ client, server }), attempt({ client, server })];
  assert.is(second?.client.facts?.resumed, true);
  for (const { client: connection } of [first, second]) {
    assert.equal(connection.facts?.signedCertificateTimestamps, timestamps);
  }
  assert.equal(
    seen.map(({ signedCertificateTimestamps }) => signedCertificateTimestamps),
    [timestamps, timestamps],
  );
});

test('there may be none', () => {
  const { client } = attempt({ client: { requestScts: true } });
  assert.equal(client.facts?.signedCertificateTimestamps, []);
});

test('they are refused where nobody asked', () => {
  assert.equal(outcomeOf(answered(data, false)), refusal('unsupported_extension', 'UNEXPECTED_EXTENSION'));
});

test('they are refused where they are malformed', () => {
  for (const octets of [
    [],
    [0, 0],
    [0, 1, 0],
    [0, 2, 0, 0],
    [0, 3, 0, 2, 1],
    [0, 5, 0, 1, 1, 0, 0],
    [0, 3, 0, 1, 1, 0],
  ]) {
    assert.equal(outcomeOf(answered(octets)), refusal('decode_error', 'DECODE_ERROR'), `[${octets}]`);
  }
});

test('signatures of certificates, and authorities, are named where the configuration has them', () => {
  const name = Uint8Array.of(0x30, 0);
  const { server } = attempt({
    client: { certificateSignatureSchemes: [0x0401, 0x0403], certificateAuthorities: [name, name] },
  });
  const said = (wanted: number): readonly number[] | undefined => {
    const found = findExtension(server.hellos[0]?.extensions ?? [], wanted);
    return found && [...found.data];
  };
  assert.equal(said(extensionTypes.signatureAlgorithmsCert), [0, 4, 4, 1, 4, 3]);
  assert.equal(said(extensionTypes.certificateAuthorities), [0, 8, 0, 2, 0x30, 0, 0, 2, 0x30, 0]);
  // What is only for certificates stands there, and no more among the others.
  assert.not.ok(said(extensionTypes.signatureAlgorithms)?.join().includes('4,1,5,1'));

  const silent = attempt({ client: { certificateAuthorities: [] } }).server.hellos[0]?.extensions ?? [];
  for (const absent of [extensionTypes.signatureAlgorithmsCert, extensionTypes.certificateAuthorities]) {
    assert.is(findExtension(silent, absent), undefined);
  }
});

test.run();
