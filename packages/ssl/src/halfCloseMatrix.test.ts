/** The half-close table, every cell of it: on the wire, in the calls, on the carrier. */
import type { ShutdownHow } from '@halfclose/ssl';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { situations } from './testing/halfClose/situations.ts';
import { scenariosOf } from './testing/halfClose/specification.ts';
import { playCell } from './testing/halfClose/stage.ts';
import { createScene } from './testing/scene.ts';

const test = suite('half-close matrix');
const scenarios = scenariosOf(situations);

test('has every call in every situation', () => {
  assert.ok(scenarios.length >= 250, `${scenarios.length} cells`);
});

test('an argument that is none of the three is a TypeError, whatever the socket is like, and nothing happens', async () => {
  for (const given of ['unconnected', 'handshaking', 'established'] as const) {
    const scene = await createScene({ given });
    for (const how of [3, -1, 0.5, Number.NaN, '1', true, null, undefined, {}]) {
      const error = await scene.socket.shutdown(how as ShutdownHow).catch((caught) => caught);
      assert.instance(error, TypeError, String(how));
    }
    assert.equal(scene.wire(), []);
    await scene.close();
    const error = await scene.socket.shutdown(3 as ShutdownHow).catch((caught) => caught);
    assert.instance(error, TypeError, 'after close');
  }
});

for (const scenario of scenarios) {
  const { situation, call, version, carrier, expected } = scenario;
  test(`${call} ${situation}, ${version}, ${carrier}`, async () => {
    const { cell, allEncrypted, carrierInTheEnd, timersInTheEnd } = await playCell(scenario);
    assert.equal(cell, expected);
    assert.is(allEncrypted, situation !== 'during the handshake' || !cell.wire.includes('user_canceled'));
    const givenBack =
      situation === 'after unwrap' ||
      [cell.gives, cell.pending].some((outcome) => outcome?.endsWith('carrier'));
    assert.is(carrierInTheEnd, givenBack ? cell.carrier : 'closed', 'the carrier after close');
    assert.is(timersInTheEnd, 0, 'no timer outlives the connection');
  });
}

test.run();
