/** The traces of RFC 8448: key derivations as a unit. Whole connections are replayed by the conformance suite of that name. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sha256 } from '@halfclose/crypto';
import {
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

// The random of a HelloRetryRequest is the one constant whose origin can be checked.
const constant = suite('RFC 8446 section 4.1.3');
constant('the random of a HelloRetryRequest is SHA-256 of its name', async () => {
  const { helloRetryRequestRandom } = await import('@halfclose/tls/codec');
  assert.is(hex(helloRetryRequestRandom), createHash('sha256').update('HelloRetryRequest').digest('hex'));
});
constant.run();
