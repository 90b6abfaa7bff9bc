/** RFC 8446 section 4: which message is legal where. Every other one ends the connection. */
import {
  type FlightStep,
  type Framing,
  insertAfter,
  outcomeOf,
  refusal,
  type ScriptedServer,
  type Trial,
  type Tried,
  trials,
  upTo,
} from '@halfclose/testing/peer';
import { handshakeTypeName, handshakeTypes } from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();

/** A place where the client waits for the server, and how to get there. */
interface WaitingPoint {
  readonly title: string;
  readonly legal: readonly number[];
  /** Whether the client has keys to answer with. */
  readonly encrypted: boolean;
  /** A conversation that comes to this point and goes on with `act`. */
  readonly reach: (act: (server: ScriptedServer) => void) => Trial;
}

/** The flight breaks off after a step of it. */
function after(step: FlightStep, requestClientCertificate = false): WaitingPoint['reach'] {
  return (act) => ({
    server: { requestClientCertificate, flight: (steps) => [...upTo(steps, step), act] },
  });
}

const waitingPoints: readonly WaitingPoint[] = [
  {
    title: 'the ClientHello',
    legal: [handshakeTypes.serverHello],
    encrypted: false,
    reach: (act) => ({ server: { flight: () => [act] } }),
  },
  {
    title: 'the HelloRetryRequest',
    legal: [handshakeTypes.serverHello],
    encrypted: false,
    reach: (act) => ({
      server: { group: 'secp256r1', flight: (steps, hello) => (hello === 1 ? steps : [act]) },
    }),
  },
  {
    title: 'the ServerHello',
    legal: [handshakeTypes.encryptedExtensions],
    encrypted: true,
    reach: after('handshakeKeys'),
  },
  {
    title: 'the EncryptedExtensions',
    legal: [handshakeTypes.certificateRequest, handshakeTypes.certificate],
    encrypted: true,
    reach: after('encryptedExtensions'),
  },
  {
    title: 'the CertificateRequest',
    legal: [handshakeTypes.certificate],
    encrypted: true,
    reach: after('certificateRequest', true),
  },
  {
    title: 'the Certificate',
    legal: [handshakeTypes.certificateVerify],
    encrypted: true,
    reach: after('certificate'),
  },
  {
    title: 'the CertificateVerify',
    legal: [handshakeTypes.finished],
    encrypted: true,
    reach: after('certificateVerify'),
  },
  {
    title: 'the handshake',
    legal: [handshakeTypes.newSessionTicket, handshakeTypes.keyUpdate],
    encrypted: true,
    reach: (act) => ({ after: act }),
  },
];

const knownTypes: readonly number[] = Object.values(handshakeTypes);
const unknownTypes = [3, 6, 7, 9, 21, 23, 26, 67, 100, 203, 255];

const illegal = suite('message order: what is not legal now');

for (const { title, legal, encrypted, reach } of waitingPoints) {
  for (const type of [...knownTypes, ...unknownTypes].filter((each) => !legal.includes(each))) {
    illegal(`after ${title}: ${handshakeTypeName(type)}`, () => {
      for (const body of [new Uint8Array(0), new Uint8Array(40)]) {
        const tried = attempt(reach((server) => server.sendHandshake(type, body)));
        assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_MESSAGE', encrypted));
        assert.match(tried.client.error?.message ?? '', handshakeTypeName(type));
      }
    });
  }

  illegal(`after ${title}: judged by its first octet, whatever length it announces`, () => {
    const endless = Uint8Array.of(handshakeTypes.clientHello, 0xff, 0xff, 0xff);
    for (const beginning of [endless.subarray(0, 1), endless]) {
      const tried = attempt(reach((server) => server.sendHandshakeBytes(beginning)));
      assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_MESSAGE', encrypted));
    }
  });

  illegal(`after ${title}: a legal message that announces more than anybody needs`, () => {
    for (const type of legal) {
      const endless = Uint8Array.of(type, 0xff, 0xff, 0xff);
      const tried = attempt(reach((server) => server.sendHandshakeBytes(endless)));
      assert.equal(outcomeOf(tried), refusal('illegal_parameter', 'EXCESSIVE_MESSAGE_SIZE', encrypted));
    }
  });
}

illegal('after the handshake: what came before it is still there to be read', () => {
  const data = Uint8Array.of(1, 2, 3);
  const tried = attempt({
    after: (server) => {
      server.send(data);
      server.sendHandshake(handshakeTypes.helloRequest, new Uint8Array(0));
      server.send(data);
    },
  });
  assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
  assert.equal(tried.plaintext, data);
});

illegal.run();

const flight = suite('message order: a flight with one thing wrong');

const authentication = ['encryptedExtensions', 'certificate', 'certificateVerify', 'finished'] as const;

for (const message of authentication.slice(0, -1)) {
  flight(`${message} twice`, () => {
    const tried = attempt({ server: { flight: (steps) => insertAfter(steps, message, message) } });
    assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
  });
}

flight('Finished twice: the second one is under the keys of before, or in the same record', () => {
  const twice = (framing: Framing): Tried =>
    attempt({ server: { framing, flight: (steps) => insertAfter(steps, 'finished', 'finished') } });
  assert.equal(
    outcomeOf(twice('separate')),
    refusal('bad_record_mac', 'DECRYPTION_FAILED_OR_BAD_RECORD_MAC'),
  );
  assert.equal(outcomeOf(twice('coalesced')), refusal('unexpected_message', 'EXCESS_HANDSHAKE_DATA'));
});

for (const message of authentication.slice(0, -1)) {
  flight(`${message} left out`, () => {
    const tried = attempt({ server: { flight: (steps) => steps.filter((step) => step !== message) } });
    assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
  });
}

flight('Finished left out: the next records are under keys that the client does not have', () => {
  const tried = attempt({
    server: {
      flight: (steps) => [
        ...steps.filter((step) => step !== 'finished' && step !== 'applicationKeys'),
        (server) => server.updateWriteKeys(),
        (server) => server.send(Uint8Array.of(1)),
      ],
    },
  });
  assert.equal(outcomeOf(tried), refusal('bad_record_mac', 'DECRYPTION_FAILED_OR_BAD_RECORD_MAC'));
  assert.is(tried.plaintext.length, 0);
});

flight('ServerHello left out', () => {
  const tried = attempt({ server: { tamper: { serverHello: () => [] } } });
  assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_RECORD', false));
});

for (const [first, second] of [
  ['encryptedExtensions', 'certificate'],
  ['certificate', 'certificateVerify'],
  ['certificateVerify', 'finished'],
  ['certificateRequest', 'certificate'],
] as const) {
  flight(`${second} before ${first}`, () => {
    const swapped = (step: FlightStep): FlightStep =>
      step === first ? second : step === second ? first : step;
    const tried = attempt({
      server: {
        requestClientCertificate: first === 'certificateRequest',
        flight: (steps) => steps.map(swapped),
      },
    });
    assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
  });
}

flight('every step right, in records of every kind', () => {
  for (const framing of ['separate', 'coalesced', 1, 2, 3, 5, 100] as const) {
    for (const group of ['x25519', 'secp256r1'] as const) {
      const { client, server } = attempt({ server: { framing, group, requestClientCertificate: true } });
      assert.is(client.error, undefined);
      assert.ok(server.done);
    }
  }
});

flight.run();

const keyChanges = suite('RFC 8446 section 5.1: no message goes on across a change of keys');

/** The step where each change is, and what comes after it in the same record. */
const beforeChanges = [
  { step: 'serverHello', encrypted: false },
  { step: 'finished', encrypted: true },
] as const;

for (const { step, encrypted } of beforeChanges) {
  const excess = refusal('unexpected_message', 'EXCESS_HANDSHAKE_DATA', encrypted);

  keyChanges(`an octet of the next message in the record of ${step}`, () => {
    const next =
      step === 'serverHello' ? handshakeTypes.encryptedExtensions : handshakeTypes.newSessionTicket;
    for (const length of [1, 3, 4]) {
      const beginning = Uint8Array.of(next, 0, 0, 2).subarray(0, length);
      const tried = attempt({
        server: {
          framing: 'coalesced',
          flight: (steps) => insertAfter(steps, step, (server) => server.sendHandshakeBytes(beginning)),
        },
      });
      assert.equal(outcomeOf(tried), excess);
    }
  });

  keyChanges(`a whole next message in the record of ${step}`, () => {
    const next = step === 'serverHello' ? 'encryptedExtensions' : 'newSessionTicket';
    const tried = attempt({
      server: { framing: 'coalesced', flight: (steps) => insertAfter(steps, step, next) },
    });
    assert.equal(outcomeOf(tried), excess);
  });
}

keyChanges('an octet of the next message in the record of a KeyUpdate', () => {
  for (const next of [
    Uint8Array.of(handshakeTypes.keyUpdate),
    Uint8Array.of(handshakeTypes.keyUpdate, 0, 0, 1, 0),
    Uint8Array.of(handshakeTypes.newSessionTicket, 0),
  ]) {
    const tried = attempt({
      server: { framing: 'coalesced' },
      after: (server) => {
        server.play('keyUpdate');
        server.sendHandshakeBytes(next);
      },
    });
    assert.equal(outcomeOf(tried), refusal('unexpected_message', 'EXCESS_HANDSHAKE_DATA'));
  }
});

keyChanges.run();

const interleaved = suite('RFC 8446 section 5.1: no other record inside a handshake message');

const ticket = Uint8Array.of(handshakeTypes.newSessionTicket, 0, 0, 40);

interleaved('application data', () => {
  for (const data of [Uint8Array.of(1), new Uint8Array(0)]) {
    const tried = attempt({
      after: (server) => {
        server.sendHandshakeBytes(ticket);
        server.sendRecord(23, data);
      },
    });
    assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_RECORD'));
  }
});

interleaved('change_cipher_spec, at every waiting point', () => {
  for (const { encrypted, legal, reach } of waitingPoints) {
    const [type] = legal;
    assert.ok(type);
    const tried = attempt(
      reach((server) => {
        server.sendHandshakeBytes(Uint8Array.of(type, 0));
        server.sendChangeCipherSpec();
      }),
    );
    assert.equal(outcomeOf(tried), refusal('unexpected_message', 'BAD_CHANGE_CIPHER_SPEC', encrypted));
  }
});

interleaved('alerts that end nothing, or end it well', () => {
  for (const alert of ['close_notify', 'user_canceled'] as const) {
    const tried = attempt({
      after: (server) => {
        server.sendHandshakeBytes(ticket);
        server.sendAlert(alert);
      },
    });
    assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_RECORD'));
    assert.not.ok(tried.client.peerClosed);
  }
});

interleaved('a fatal alert is heard all the same', () => {
  const tried = attempt({
    after: (server) => {
      server.sendHandshakeBytes(ticket);
      server.sendAlert('internal_error');
    },
  });
  assert.is(outcomeOf(tried).reason, 'ALERT_INTERNAL_ERROR');
});

interleaved.run();
