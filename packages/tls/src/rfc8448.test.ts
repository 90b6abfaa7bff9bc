/** The traces of RFC 8448: key derivations as a unit, and whole connections replayed by the engine, bit for bit. */
import {
  createHash,
  createPublicKey,
  constants as cryptoConstants,
  verify,
  X509Certificate,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type CryptoProvider,
  createPortableProvider,
  type PublicKey,
  type RandomSource,
  sha256,
} from '@halfclose/crypto';
import { type ClientConfig, type ClientHello, createClientConnection, type Extension } from '@halfclose/tls';
import {
  decodeClientHello,
  deriveSecret,
  earlySecret,
  expandLabel,
  handshakeSecret,
  masterSecret,
  Reader,
} from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

interface Trace {
  readonly section: string;
  readonly title: string;
  readonly steps: readonly TraceStep[];
}

interface TraceStep {
  readonly who: 'client' | 'server';
  readonly action: string;
  readonly fields: readonly { readonly name: string; readonly hex: string }[];
}

const vectors = new URL('../../../test-vectors/rfc8448-traces.json', import.meta.url);
const traces: readonly Trace[] = JSON.parse(readFileSync(vectors, 'utf8'));

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}

function field(step: TraceStep, name: string): Uint8Array {
  const found = step.fields.find((candidate) => candidate.name === name);
  assert.ok(found, `${step.action} has a field ${name}`);
  return bytes(found.hex);
}

function trace(section: string): Trace {
  const found = traces.find((candidate) => candidate.section === section);
  assert.ok(found, `there is a trace of section ${section}`);
  return found;
}

const derivations = suite('RFC 8448: key derivations');

for (const { section, title, steps } of traces) {
  const expansions = steps.filter(({ fields }) => fields.some(({ name }) => name === 'expanded'));
  const trafficKeySteps = steps.filter(({ fields }) => fields.some(({ name }) => name === 'key expanded'));
  const extractions = steps.filter(({ fields }) => fields.some(({ name }) => name === 'secret'));

  derivations(`section ${section}, ${title}: every HKDF-Expand-Label`, () => {
    assert.ok(expansions.length >= 10);
    for (const step of expansions) {
      // HkdfLabel: length, "tls13 " and label, context.
      const info = new Reader(field(step, 'info'), 'HkdfLabel');
      const length = info.uint16();
      const label = Buffer.from(info.vector8())
        .toString('latin1')
        .replace(/^tls13 /, '');
      const expanded = expandLabel(sha256, field(step, 'PRK'), label, info.vector8(), length);
      assert.is(hex(expanded), hex(field(step, 'expanded')), step.action);
    }
  });

  derivations(`section ${section}, ${title}: every record key and IV`, () => {
    assert.ok(trafficKeySteps.length >= 3);
    for (const step of trafficKeySteps) {
      const prk = field(step, 'PRK');
      const none = new Uint8Array(0);
      assert.is(hex(expandLabel(sha256, prk, 'key', none, 16)), hex(field(step, 'key expanded')));
      assert.is(hex(expandLabel(sha256, prk, 'iv', none, 12)), hex(field(step, 'iv expanded')));
    }
  });

  derivations(`section ${section}, ${title}: the chain of secrets`, () => {
    const secretOf = (kind: string): TraceStep => {
      const step = extractions.find(({ action }) => action.includes(`"${kind}"`));
      assert.ok(step, `the trace extracts "${kind}"`);
      return step;
    };
    const earlyStep = secretOf('early');
    const early = earlySecret(sha256, field(earlyStep, 'IKM'));
    assert.is(hex(early), hex(field(earlyStep, 'secret')));
    const handshake = handshakeSecret(sha256, early, field(secretOf('handshake'), 'IKM'));
    assert.is(hex(handshake), hex(field(secretOf('handshake'), 'secret')));
    const master = masterSecret(sha256, handshake);
    assert.is(hex(master), hex(field(secretOf('master'), 'secret')));
  });
}

derivations('without a pre-shared key zeros take its place', () => {
  const step = trace('3').steps.find(({ action }) => action.startsWith('extract secret "early"'));
  assert.ok(step);
  assert.is(hex(earlySecret(sha256)), hex(field(step, 'secret')));
});

derivations('Derive-Secret is HKDF-Expand-Label with the hash as context', () => {
  const transcriptHash = sha256.digest(new Uint8Array(0));
  const secret = new Uint8Array(32).fill(7);
  assert.equal(
    deriveSecret(sha256, secret, 'derived', transcriptHash),
    expandLabel(sha256, secret, 'derived', transcriptHash, 32),
  );
});

derivations.run();

/** Gives out the given pieces, each whole and once, in order. */
function scriptedRandom(pieces: readonly Uint8Array[]): RandomSource {
  const rest = [...pieces];
  return (output) => {
    const piece = rest.shift();
    assert.ok(piece, 'the engine draws no more randomness than the trace has');
    assert.is(piece.length, output.length, 'the engine draws what the trace drew');
    output.set(piece);
  };
}

/** RSA-PSS by Node: the trace's key of 1,024 bits is, rightly, too short for ours. */
function providerForShortKeys(random: RandomSource): CryptoProvider {
  const provider = createPortableProvider(random);
  return {
    ...provider,
    signatures: provider.signatures.map((signature) =>
      signature.name !== 'rsa_pss_sha256'
        ? signature
        : {
            ...signature,
            verify: (publicKey: PublicKey, message: Uint8Array, octets: Uint8Array) => {
              assert.is(publicKey.type, 'RSA');
              if (publicKey.type !== 'RSA') return false;
              const jwk = {
                kty: 'RSA',
                n: Buffer.from(publicKey.modulus).toString('base64url'),
                e: Buffer.from(publicKey.exponent).toString('base64url'),
              };
              const key = createPublicKey({ key: jwk, format: 'jwk' });
              const padding = cryptoConstants.RSA_PKCS1_PSS_PADDING;
              return verify('sha256', message, { key, padding, saltLength: 32 }, octets);
            },
          },
    ),
  };
}

function publicKeyOf(certificate: Uint8Array): PublicKey {
  const { n, e } = new X509Certificate(certificate).publicKey.export({ format: 'jwk' });
  assert.ok(n !== undefined && e !== undefined);
  return {
    type: 'RSA',
    modulus: Uint8Array.from(Buffer.from(n, 'base64url')),
    exponent: Uint8Array.from(Buffer.from(e, 'base64url')),
    pssOnly: false,
  };
}

/** Our key shares and cookie in the trace's hello, with the trace's other extensions in their order. */
function shapeLike(recorded: readonly ClientHello[]): (hello: ClientHello) => ClientHello {
  let count = 0;
  return (hello) => {
    const model = recorded[count++];
    assert.ok(model, 'no more hellos than the trace has');
    const own = (extension: Extension): Extension => {
      const keyShareOrCookie = extension.type === 51 || extension.type === 44;
      return (keyShareOrCookie && hello.extensions.find(({ type }) => type === extension.type)) || extension;
    };
    return { ...hello, cipherSuites: model.cipherSuites, extensions: model.extensions.map(own) };
  };
}

const replay = suite('RFC 8448: replayed by the engine');

/**
 * Plays the server's part of a trace against the engine, and compares every record that the engine writes.
 * @returns how many records were compared
 */
function replayTrace(section: string): number {
  const { steps } = trace(section);
  const hellos = steps
    .filter(({ who, action }) => who === 'client' && action.includes('construct a ClientHello'))
    .map((step) => decodeClientHello(field(step, 'ClientHello').subarray(4)));
  const [first] = hellos;
  assert.ok(first);
  const privateKeys = steps
    .filter(({ who, action }) => who === 'client' && action.includes('key pair'))
    .map((step) => field(step, 'private key'));
  const sessionId = first.legacySessionId.length > 0 ? [first.legacySessionId] : [];
  const provider = providerForShortKeys(scriptedRandom([first.random, ...sessionId, ...privateKeys]));
  const config: ClientConfig = {
    crypto: provider,
    clock: () => 0,
    serverName: 'server',
    sessions: { take: () => undefined, put: () => {} },
    groups: ['x25519', 'secp256r1'],
    keyShares: ['x25519'],
    middleboxCompatibility: sessionId.length > 0,
    verifier: {
      verifyServer: ({ certificates: [certificate] }) => {
        assert.ok(certificate);
        return { publicKey: publicKeyOf(certificate), verifiedChain: [] };
      },
    },
    shapeClientHello: shapeLike(hellos),
  };
  const connection = createClientConnection(config);
  const received = new Uint8Array(64);
  let compared = 0;

  for (const step of steps) {
    if (!step.fields.some(({ name }) => name === 'complete record')) continue;
    const record = field(step, 'complete record');
    if (step.who === 'server') {
      assert.is(connection.receive(record), record.length);
      assert.is(connection.error, undefined);
      if (step.action.startsWith('send application_data')) {
        const count = connection.read(received);
        assert.is(hex(received.subarray(0, count)), hex(field(step, 'payload')));
      }
      continue;
    }
    if (step.action.startsWith('send application_data')) {
      const payload = field(step, 'payload');
      assert.is(connection.write(payload), payload.length);
    }
    if (step.action.startsWith('send alert')) connection.closeWrite();
    const written = connection.output().subarray(0, record.length);
    assert.is(hex(written), hex(record), `${step.who}: ${step.action}`);
    connection.outputTaken(record.length);
    compared++;
  }
  assert.is(connection.output().length, 0, 'the engine writes nothing beyond the trace');
  assert.ok(connection.peerClosed);
  assert.ok(connection.writeClosed);
  assert.is(connection.error, undefined);
  return compared;
}

replay('section 3, Simple 1-RTT Handshake', () => {
  assert.is(replayTrace('3'), 4);
});

replay('section 5, HelloRetryRequest', () => {
  assert.is(replayTrace('5'), 4);
});

replay('section 7, Compatibility Mode', () => {
  assert.is(replayTrace('7'), 4);
});

replay.run();

// The random of a HelloRetryRequest is the one constant whose origin can be checked.
const constant = suite('RFC 8446 section 4.1.3');
constant('the random of a HelloRetryRequest is SHA-256 of its name', async () => {
  const { helloRetryRequestRandom } = await import('@halfclose/tls/codec');
  assert.is(hex(helloRetryRequestRandom), createHash('sha256').update('HelloRetryRequest').digest('hex'));
});
constant.run();
