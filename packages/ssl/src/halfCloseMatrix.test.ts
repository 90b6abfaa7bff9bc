/** The half-close table, every cell of it: on the wire, in the calls, on the carrier. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { situations } from './testing/halfClose/situations.ts';
import { scenariosOf } from './testing/halfClose/specification.ts';
import { playCell } from './testing/halfClose/stage.ts';

const test = suite('half-close matrix');
const scenarios = scenariosOf(situations);

test('has every call in every situation', () => {
  assert.ok(scenarios.length >= 250, `${scenarios.length} cells`);
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
