import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Turns } from './turns.ts';

const test = suite('turns');

/** A task that notes its beginning and its end, and ends when it is told to. */
function createTask(name: string, notes: string[]) {
  let end = (): void => {};
  let fail = (_: Error): void => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const run = async (): Promise<string> => {
    notes.push(`${name} begins`);
    await ended;
    notes.push(`${name} ends`);
    return name;
  };
  return { run, end, fail };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one begins at once where none is under way, and after the last otherwise', async () => {
  const notes: string[] = [];
  const turns = new Turns();
  const [a, b, c] = [createTask('a', notes), createTask('b', notes), createTask('c', notes)];
  const results = [turns.run(a.run)];
  assert.equal(notes, ['a begins']);
  results.push(turns.run(b.run), turns.run(c.run));
  c.end();
  b.end();
  await settle();
  assert.equal(notes, ['a begins']);
  a.end();
  assert.equal(await Promise.all(results), ['a', 'b', 'c']);
  assert.equal(notes, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  await settle();
  const d = createTask('d', notes);
  const last = turns.run(d.run);
  assert.is(notes.at(-1), 'd begins');
  d.end();
  assert.is(await last, 'd');
});

test('one that fails fails alone', async () => {
  const notes: string[] = [];
  const turns = new Turns();
  const [a, b] = [createTask('a', notes), createTask('b', notes)];
  const first = turns.run(a.run).catch((error) => error);
  const second = turns.run(b.run);
  const error = new Error('no');
  b.end();
  a.fail(error);
  assert.is(await first, error);
  assert.is(await second, 'b');
});

test('one that is begun by another, before that waits for anything, still comes after it', async () => {
  const notes: string[] = [];
  const turns = new Turns();
  const [a, b] = [createTask('a', notes), createTask('b', notes)];
  let second: Promise<string> | undefined;
  const first = turns.run(() => {
    second = turns.run(b.run);
    return a.run();
  });
  b.end();
  await settle();
  assert.equal(notes, ['a begins']);
  a.end();
  await Promise.all([first, second]);
  assert.equal(notes, ['a begins', 'a ends', 'b begins', 'b ends']);
});

test.run();
