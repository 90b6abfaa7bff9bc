/** Runs tasks one at a time, in the order they came, whether or not those before them fail; at once where none is under way. */
export type Turns = <T>(task: () => Promise<T>) => Promise<T>;

export function createTurns(): Turns {
  let last: Promise<void> | undefined;
  return (task) => {
    const before = last;
    let end = (): void => {};
    // Set first, for a task that begins another before it waits for anything.
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    last = over;
    const turn = before === undefined ? task() : before.then(task);
    // Forgets the result, which may be a megabyte that somebody received.
    const done = (): void => {
      if (last === over) last = undefined;
      end();
    };
    turn.then(done, done);
    return turn;
  };
}
