/** What the tests of the record layer have in common. */
import {
  type FlightStep,
  insertAfter,
  type ScriptedServer,
  type Trial,
  type Tried,
  trials,
} from '@halfclose/testing/peer';
import * as assert from 'uvu/assert';

export const attempt: (trial?: Trial) => Tried = await trials();
export const hello: Uint8Array = Uint8Array.of(1, 2, 3);

/** Does this once the handshake is done and some data has been sent, which has to be readable whatever comes. */
export function afterData(act: (server: ScriptedServer) => void): Tried {
  const tried = attempt({
    after: (server) => {
      server.send(hello);
      act(server);
    },
  });
  assert.equal(tried.plaintext, hello);
  return tried;
}

/** Does this right after a step of the handshake. */
export function inHandshake(step: FlightStep, act: FlightStep, more: Trial['server'] = {}): Tried {
  return attempt({ server: { ...more, flight: (steps) => insertAfter(steps, step, act) } });
}

/** The places of the handshake where the server writes under its keys. */
export const protectedSteps: readonly FlightStep[] = [
  'handshakeKeys',
  'encryptedExtensions',
  'certificate',
  'certificateVerify',
];
