/** Stapled OCSP responses: RFC 6066 section 8, RFC 8446 section 4.4.2.1. */
import {
  extension,
  outcomeOf,
  refusal,
  type TicketBook,
  type Trial,
  trials,
  trustingVerifier,
} from '@halfclose/testing/peer';
import {
  certificateStatusExtension,
  decodeCertificate,
  type Extension,
  encodeCertificate,
  extensionTypes,
  handshakeMessage,
} from '@halfclose/tls/codec';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ClientConfig } from './config.ts';
import type { Session } from './session.ts';
import type { ServerIdentity, ServerVerifier } from './verifier.ts';

const attempt = await trials();
const response = Uint8Array.of(0x30, 0x03, 0x0a, 0x01, 0x03);

/** Keeps what it was asked. */
function listener(): ServerVerifier & { readonly asked: ServerIdentity[] } {
  const asked: ServerIdentity[] = [];
  return {
    asked,
    verifyServer(identity) {
      asked.push(identity);
      return trustingVerifier.verifyServer(identity);
    },
  };
}

const statusRequestOf = (extensions: readonly Extension[] | undefined): Extension | undefined =>
  extensions?.find(({ type }) => type === extensionTypes.statusRequest);

test('the client asks where its configuration says so, and only there', () => {
  for (const requestOcsp of [true, false, undefined]) {
    const { server } = attempt({ client: requestOcsp === undefined ? {} : { requestOcsp } });
    const asked = statusRequestOf(server.hellos[0]?.extensions);
    // status_type ocsp, no responder ids, no request extensions.
    assert.equal(asked?.data, requestOcsp ? Uint8Array.of(1, 0, 0, 0, 0) : undefined);
  }
});

test('it asks again after a HelloRetryRequest', () => {
  const { server } = attempt({
    client: { requestOcsp: true },
    server: { helloRetryRequest: true, cookie: Uint8Array.of(1) },
  });
  assert.is(server.hellos.length, 2);
  assert.ok(server.hellos.every((hello) => statusRequestOf(hello.extensions)));
});

test('the verifier gets what was stapled, and the facts have it', () => {
  const verifier = listener();
  const { client, server } = attempt({
    client: { requestOcsp: true, verifier },
    server: { ocspResponse: response },
  });
  assert.ok(server.done);
  assert.equal(
    verifier.asked.map(({ ocspResponse }) => ocspResponse),
    [response],
  );
  assert.equal(client.facts?.ocspResponse, response);
});

test('a server need not answer', () => {
  const verifier = listener();
  const { client, server } = attempt({ client: { requestOcsp: true, verifier } });
  assert.ok(server.done);
  assert.equal(
    verifier.asked.map(({ ocspResponse }) => ocspResponse),
    [undefined],
  );
  assert.is(client.facts?.ocspResponse, undefined);
});

test('what nobody asked for is refused', () => {
  const trial: Trial = { server: { ocspResponse: response } };
  assert.equal(outcomeOf(attempt(trial)), refusal('unsupported_extension', 'UNEXPECTED_EXTENSION'));
});

test('a response further up in the chain is no answer about the server', () => {
  const verifier = listener();
  const { server } = attempt({
    client: { requestOcsp: true, verifier },
    server: {
      tamper: {
        certificate({ type, body }) {
          const message = decodeCertificate(body);
          const [own] = message.certificateList;
          assert.ok(own);
          const further = { ...own, extensions: [certificateStatusExtension(response)] };
          return handshakeMessage(type, encodeCertificate({ ...message, certificateList: [own, further] }));
        },
      },
    },
  });
  assert.ok(server.done);
  assert.equal(
    verifier.asked.map(({ ocspResponse }) => ocspResponse),
    [undefined],
  );
});

for (const [what, data] of [
  ['nothing', []],
  ['a type alone', [1]],
  ['another type', [2, 0, 0, 1, 0]],
  ['an empty response', [1, 0, 0, 0]],
  ['a response that is cut short', [1, 0, 0, 2, 0]],
  ['a response, and an octet more', [1, 0, 0, 1, 0, 0]],
] as const) {
  test(`refused: ${what} as the status of a certificate`, () => {
    const tried = attempt({
      client: { requestOcsp: true },
      server: { tamper: { certificate: extension(extensionTypes.statusRequest, [...data]) } },
    });
    assert.equal(outcomeOf(tried), refusal('decode_error', 'DECODE_ERROR'));
  });
}

test('a verifier that wants another response says so with its alert', () => {
  const verifier: ServerVerifier = {
    verifyServer() {
      throw Object.assign(new Error('no'), { alert: 'bad_certificate_status_response' });
    },
  };
  const outcome = outcomeOf(
    attempt({ client: { requestOcsp: true, verifier }, server: { ocspResponse: response } }),
  );
  assert.is(outcome.alert, 'bad_certificate_status_response');
  assert.is(outcome.fault, 'certificate');
});

test('a session keeps what was stapled, and is decided about with it', () => {
  const { tickets, sessions, kept } = resumable();
  const first = attempt({
    client: { requestOcsp: true, sessions },
    server: { ocspResponse: response, tickets, sessionTickets: 1 },
  });
  assert.ok(first.server.done);
  assert.equal(kept.at(-1)?.ocspResponse, response);

  const verifier = listener();
  const { client } = attempt({ client: { requestOcsp: true, sessions, verifier }, server: { tickets } });
  assert.is(client.facts?.resumed, true);
  assert.equal(
    verifier.asked.map(({ ocspResponse }) => ocspResponse),
    [response],
  );
  assert.equal(client.facts?.ocspResponse, response);
});

test('once that is out of date the handshake is a full one, with a new response', () => {
  const { tickets, sessions } = resumable();
  const server = { ocspResponse: response, tickets, sessionTickets: 1 };
  attempt({ client: { requestOcsp: true, sessions }, server });
  const newer = Uint8Array.of(0x30, 0x00);
  const verifier: ServerVerifier = {
    verifyServer(identity) {
      if (identity.ocspResponse?.length === response.length) throw new Error('out of date');
      return trustingVerifier.verifyServer(identity);
    },
  };
  const { client } = attempt({
    client: { requestOcsp: true, sessions, verifier },
    server: { tickets, ocspResponse: newer },
  });
  assert.is(client.error, undefined);
  assert.is(client.facts?.resumed, false);
  assert.equal(client.facts?.ocspResponse, newer);
});

function resumable(): {
  readonly tickets: TicketBook;
  readonly sessions: NonNullable<ClientConfig['sessions']>;
  readonly kept: Session[];
} {
  const kept: Session[] = [];
  const sessions = {
    put: (session: Session): void => {
      kept.push(session);
    },
    take: (): Session | undefined => kept.at(-1),
  };
  return { tickets: new Map(), sessions, kept };
}

test.run();
