/** Runs tasks one at a time, in the order they came, whether or not those before them fail. */
export type Turns = <T>(task: () => Promise<T>) => Promise<T>;

export function createTurns(): Turns {
  let last: Promise<void> = Promise.resolve();
  return (task) => {
    const turn = last.then(task);
    last = turn.then(done, done);
    return turn;
  };
}

// Forgets the result, which may be a megabyte that somebody received.
function done(): void {}
