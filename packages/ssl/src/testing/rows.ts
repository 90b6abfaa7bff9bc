import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { play, type Step } from './play.ts';
import { createScene, type SceneOptions } from './scene.ts';

/**
 * One scene. It begins with a connection (established, unless it says otherwise), and says what is done and what comes of it.
 * Then it says what went out after that beginning, and in which state our side left the carrier.
 */
export interface Row extends Pick<SceneOptions, 'given' | 'highWaterMark' | 'suppressRaggedEofs'> {
  readonly row: string;
  /** Where the end of the carrier is the end of both directions, this can't be played. */
  readonly halfCloseOnly?: true;
  readonly play: readonly Step[];
  /** FIN and the half-closed carrier are for carriers that half-close; on others they are absent and open. */
  readonly wire: readonly string[];
  readonly carrier: 'open' | 'half-closed' | 'closed';
}

/** Plays all rows on a carrier that half-closes, and on one that can't. */
export function playRows(name: string, rows: readonly Row[]): void {
  const test = suite(name);
  for (const halfClose of [true, false]) {
    for (const row of rows) {
      if (row.halfCloseOnly && !halfClose) continue;
      test(`${row.row} (${halfClose ? 'a carrier that half-closes' : 'one that does not'})`, async () => {
        const scene = await createScene({ ...row, halfClose });
        await play(scene, row.play);
        assert.equal(scene.wire(), halfClose ? row.wire : row.wire.filter((record) => record !== 'FIN'));
        const left = row.carrier === 'half-closed' && !halfClose ? 'open' : row.carrier;
        assert.is(scene.carrier.state, left, 'state of the carrier');
        await scene.close();
        assert.is(scene.platform.timers, 0, 'no timer outlives the connection');
      });
    }
  }
  test.run();
}
