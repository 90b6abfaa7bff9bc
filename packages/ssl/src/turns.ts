/** Runs tasks one at a time, in the order they came, whether or not those before them fail; at once where none is under way. */
export class Turns {
  #isTaken = false;
  /** Called when it is their turn. */
  #queue: (() => void)[] | undefined;

  run<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#isTaken ? this.#wait().then(() => task()) : this.#begin(task);
    this.#endWith(turn);
    return turn;
  }

  #begin<T>(task: () => Promise<T>): Promise<T> {
    // Set first, for a task that begins another before it waits for anything.
    this.#isTaken = true;
    return task();
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#queue ??= [];
      this.#queue.push(resolve);
    });
  }

  /** Here, and not where the task is, which would be kept. The result, which may be a megabyte, is not kept either. */
  #endWith(turn: Promise<unknown>): void {
    const end = (): void => this.#end();
    turn.then(end, end);
  }

  #end(): void {
    const next = this.#queue?.shift();
    if (next === undefined) this.#isTaken = false;
    else next();
  }
}
