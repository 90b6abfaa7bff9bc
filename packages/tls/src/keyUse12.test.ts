/** What the verifier is told of the server's key in TLS 1.2: that it signs, or that it decrypts (RFC 5246 section 7.4.2). */
import { testConfig } from '@halfclose/testing/peer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Options12 } from './testing/scripted12.ts';
import { attempt12, credentials, outcome12 } from './testing/trials12.ts';
import type { ServerVerifier } from './verifier.ts';

const signs: Partial<Options12> = {};
const decrypts = { suite: 'TLS_RSA_WITH_AES_128_GCM_SHA256', credentials: credentials.rsa } as const;
const ticket = { ticket: { lifetimeHint: 0, ticket: Buffer.of(1) } };

/** What it was told of each certificate, in both handshakes. */
function toldOf(server: Partial<Options12>): readonly unknown[] {
  const told: unknown[] = [];
  const { verifier } = testConfig({});
  const listening: ServerVerifier = {
    verifyServer(identity) {
      told.push(identity.keyUse);
      return verifier.verifyServer(identity);
    },
  };
  const first = attempt12({ server: { ...server, ...ticket }, client: { verifier: listening } });
  assert.is(outcome12(first), 'done');
  const [session] = first.sessions;
  assert.ok(session);
  const resume = Buffer.from(first.server.master);
  const second = attempt12({
    server: { ...server, resume },
    client: { verifier: listening, session },
  });
  assert.is(outcome12(second), 'done');
  assert.ok(second.client.facts?.resumed);
  return told;
}

const keyUse = suite('TLS 1.2: what a certificate has to let its key do');
keyUse('sign, where keys are agreed on', () => {
  assert.equal(toldOf(signs), ['digitalSignature', 'digitalSignature']);
});
keyUse('decrypt, where the client sends the secret, also when that is resumed', () => {
  assert.equal(toldOf(decrypts), ['keyEncipherment', 'keyEncipherment']);
});
keyUse.run();
