/** Early data (0-RTT), RFC 8446 sections 4.2.10 and 4.2.11, with a server that does it wrong, and with several keys. */

import {
  body,
  drop,
  extension,
  flipBit,
  helloFields,
  insertAfter,
  offeredKeys,
  outcomeOf,
  refusal,
  withoutExtension,
} from '@halfclose/testing/peer';
import { createExternalPsks } from '@halfclose/tls';
import { cipherSuites, extensionTypes, handshakeTypes } from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { early } from './testing/earlyTrials.ts';

const wrong = suite('early data: a server that does it wrong');

const acceptEarlyData = extension(extensionTypes.earlyData);

wrong('accepts what was not offered', () => {
  const { client, server } = early({
    offer: false,
    laterServer: { tamper: { encryptedExtensions: acceptEarlyData } },
    before: () => {},
  });
  assert.equal(
    outcomeOf({ client, server, plaintext: new Uint8Array(0) }),
    refusal('unsupported_extension', 'UNEXPECTED_EXTENSION'),
  );
});

wrong('accepts it in the second hello, which offers none', () => {
  const tried = early({
    laterServer: { group: 'secp256r1', tamper: { encryptedExtensions: acceptEarlyData } },
  });
  assert.equal(outcomeOf(tried), refusal('unsupported_extension', 'UNEXPECTED_EXTENSION'));
});

wrong('accepts it without the session', () => {
  const tried = early({
    laterServer: { tickets: new Map(), tamper: { encryptedExtensions: acceptEarlyData } },
  });
  assert.equal(outcomeOf(tried), refusal('unsupported_extension', 'UNEXPECTED_EXTENSION'));
});

wrong('accepts it with something in the extension', () => {
  const tamper = { encryptedExtensions: extension(extensionTypes.earlyData, [0]) };
  const { client } = early({ laterServer: { tamper } });
  assert.is(client.error?.reason, 'DECODE_ERROR');
  assert.is(client.error?.alert, 'decode_error');
});

wrong('accepts it with another suite', () => {
  const { client } = early({
    server: { suite: 'TLS_AES_128_GCM_SHA256' },
    laterServer: {
      tamper: { serverHello: helloFields({ cipherSuite: cipherSuites.TLS_CHACHA20_POLY1305_SHA256.code }) },
      suite: 'TLS_CHACHA20_POLY1305_SHA256',
    },
  });
  assert.is(client.error?.reason, 'CIPHER_MISMATCH_ON_EARLY_DATA');
  assert.is(client.error?.alert, 'illegal_parameter');
});

wrong('accepts it with another protocol, or with none, or with one where there was none', () => {
  for (const [before, after] of [
    ['h2', 'http/1.1'],
    ['h2', undefined],
    [undefined, 'h2'],
  ]) {
    const { client } = early({
      server: before === undefined ? {} : { alpn: before },
      client: { alpnProtocols: ['h2', 'http/1.1'] },
      laterServer: {
        ...(after !== undefined && { alpn: after }),
        ...(after === undefined && {
          tamper: {
            encryptedExtensions: withoutExtension(extensionTypes.applicationLayerProtocolNegotiation),
          },
        }),
      },
    });
    assert.is(client.error?.reason, 'ALPN_MISMATCH_ON_EARLY_DATA');
    assert.is(client.error?.alert, 'illegal_parameter');
  }
});

wrong('says after it that it speaks TLS 1.2', () => {
  const { client } = early({
    laterServer: { tamper: { serverHello: withoutExtension(extensionTypes.supportedVersions) } },
  });
  assert.is(client.error?.reason, 'WRONG_VERSION_ON_EARLY_DATA');
  assert.is(client.error?.alert, 'protocol_version');
});

wrong('has a wrong Finished: no EndOfEarlyData follows', () => {
  const { client, server } = early({ laterServer: { tamper: { finished: body(flipBit(0)) } } });
  assert.is(client.error?.reason, 'DIGEST_CHECK_FAILED');
  assert.not.ok(server.messages.some(({ type }) => type === handshakeTypes.endOfEarlyData));
});

wrong('sends a certificate although it took the session', () => {
  const { client } = early({
    laterServer: {
      flight: (steps) => insertAfter(steps, 'encryptedExtensions', 'certificate'),
    },
  });
  assert.is(client.error?.reason, 'UNEXPECTED_MESSAGE');
});

wrong('never answers: what was written is not given back', () => {
  const { client } = early({ laterServer: { tamper: { serverHello: drop }, flight: () => [] } });
  client.receiveEnd();
  assert.is(client.error?.fault, 'truncation');
  assert.is(client.takeRejectedEarlyData().length, 0);
});

wrong.run();

const several = suite('early data and several keys');

several('it goes with the first key: a server that takes another rejects it', () => {
  const externalPsks = [{ identity: Uint8Array.of(9), key: new Uint8Array(32).fill(9) }];
  const tried = early({
    laterClient: { externalPsks: createExternalPsks(externalPsks) },
    laterServer: { tickets: new Map(), externalPsks },
  });
  assert.is(tried.server.error, undefined);
  assert.is(tried.client.error, undefined);
  assert.equal(tried.client.facts?.externalPsk, Uint8Array.of(9));
  assert.is(tried.client.earlyDataStatus, 'rejected');
  assert.equal(
    tried.server.hellos.map((hello) => offeredKeys(hello).length),
    [2],
  );
});

several('one that accepts it all the same is refused', () => {
  const externalPsks = [{ identity: Uint8Array.of(9), key: new Uint8Array(32).fill(9) }];
  const tried = early({
    laterClient: { externalPsks: createExternalPsks(externalPsks) },
    laterServer: { tickets: new Map(), externalPsks, tamper: { encryptedExtensions: acceptEarlyData } },
  });
  assert.equal(outcomeOf(tried), refusal('illegal_parameter', 'UNEXPECTED_EXTENSION'));
});

several.run();
