import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compare } from './trials.ts';

test('each trial is prepared for one of both kinds, then run', () => {
  const prepared: number[] = [];
  let runs = 0;
  compare(
    {
      prepare(kind) {
        assert.is(runs, prepared.length);
        prepared.push(kind);
      },
      run() {
        runs += 1;
      },
    },
    1000,
  );
  assert.ok(runs > 1000);
  assert.is(runs, prepared.length);
  assert.equal(new Set(prepared), new Set([0, 1]));
});

test.run();
