import { unexpectedRecord } from '../brokenRules.ts';
import { misbehaved } from '../errors.ts';
import { handshakeTypeName } from '../protocol/handshakeTypes.ts';
import type { Reassembly } from '../records/reassembly.ts';
import type { AfterHandshake, Step, Steps } from './steps.ts';

/** The connection whose handshake it is. */
export interface FailureListener {
  /** A step has thrown something after it had to wait. */
  fail(cause: unknown): void;
  /** A step during which the connection ended is over: what it made since then is to be forgotten, too. */
  end(): void;
}

/** The steps of a handshake, or what a message after it begins. */
type DrivenSteps = Steps<AfterHandshake | undefined>;

/** Moves a handshake on, and what comes after it, as far as the messages and answers that are there allow. */
export class HandshakeDriver {
  readonly #messages: Reassembly;
  readonly #listener: FailureListener;
  /** What is under way; none while a connection is idle. */
  #steps: DrivenSteps | undefined;
  #after: AfterHandshake | undefined;
  #step: Step | undefined;
  #waiting: Promise<void> | undefined;
  #stopWaiting: (() => void) | undefined;
  #stopped = false;
  #stepping = false;

  constructor(messages: Reassembly, listener: FailureListener) {
    this.#messages = messages;
    this.#listener = listener;
  }

  /** Pending while the handshake waits for something outside; resolves once it went on, failed or was stopped. */
  get waiting(): Promise<void> | undefined {
    return this.#waiting;
  }

  /** @throws whatever a step throws */
  begin(handshake: Steps<AfterHandshake>): void {
    this.#take(handshake, () => handshake.next());
    this.advance();
  }

  /**
   * Goes on after messages were added to the reassembly.
   * @throws whatever a step throws meanwhile
   */
  advance(): void {
    const messages = this.#messages;
    let step = this.#step;
    while (!this.#stopped && step !== undefined && 'expect' in step) {
      const { nextType } = messages;
      // Judged by its first octet: what isn't wanted is not waited for.
      if (nextType !== undefined && !step.expect.includes(nextType)) throw unexpected(nextType, step.expect);
      const message = messages.next();
      if (message === undefined) return;
      const steps = this.#steps ?? this.#after?.take(message);
      if (steps !== undefined) this.#take(steps, () => steps.next(message));
      step = this.#step;
    }
    if (step !== undefined && 'expectChangeCipherSpec' in step && messages.pending > 0) {
      throw unexpectedRecord('a handshake message came where a change_cipher_spec has to come');
    }
  }

  /**
   * A change_cipher_spec of TLS 1.2 has come.
   * @throws TLSError where it is not the next thing to come
   */
  takeChangeCipherSpec(): void {
    const [step, steps] = [this.#step, this.#steps];
    if (step === undefined || steps === undefined || !('expectChangeCipherSpec' in step)) {
      throw unexpectedRecord('a change_cipher_spec came where none is legal (RFC 5246 section 7.1)');
    }
    this.#take(steps, () => steps.next());
    this.advance();
  }

  /** No further step is taken, whatever a pending promise brings. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stopWaiting?.();
    // Lets the handshake wipe its secrets; where a step is being taken, once it is over.
    if (!this.#stepping) this.#steps?.return(undefined);
    this.#steps = undefined;
    this.#after = undefined;
  }

  #take(steps: DrivenSteps, next: () => IteratorResult<Step, AfterHandshake | undefined>): void {
    this.#steps = steps;
    this.#stepping = true;
    let taken: IteratorResult<Step, AfterHandshake | undefined>;
    try {
      taken = next();
    } finally {
      this.#stepping = false;
      if (this.#stopped) this.#giveUp(steps);
    }
    if (this.#stopped) {
      // Nobody waits for it any more, and its failure is nobody's.
      if (!taken.done && 'awaits' in taken.value) Promise.resolve(taken.value.awaits).catch(() => {});
      return;
    }
    if (taken.done) {
      this.#steps = undefined;
      this.#after = taken.value ?? this.#after;
      this.#step = this.#after;
    } else {
      this.#step = taken.value;
      if ('awaits' in taken.value) this.#waitFor(steps, taken.value.awaits);
    }
  }

  /** It was stopped by somebody whom the step called: a verifier, a store, one who looks on. */
  #giveUp(steps: DrivenSteps): void {
    this.#steps = undefined;
    steps.return(undefined);
    this.#listener.end();
  }

  #waitFor(steps: DrivenSteps, awaited: PromiseLike<unknown>): void {
    const resumed = Promise.resolve(awaited).then(
      (value) => this.#resume(steps, () => steps.next(value)),
      (cause) => this.#resume(steps, () => steps.throw(cause)),
    );
    this.#waiting = new Promise((resolve) => {
      // What it waits for may never come: whoever waits with it goes on when the handshake is given up.
      this.#stopWaiting = resolve;
      void resumed.then(resolve);
    });
  }

  #resume(steps: DrivenSteps, next: () => IteratorResult<Step, AfterHandshake | undefined>): void {
    this.#waiting = undefined;
    this.#stopWaiting = undefined;
    if (this.#stopped) return;
    try {
      this.#take(steps, next);
      this.advance();
    } catch (cause) {
      this.#listener.fail(cause);
    }
  }
}

function unexpected(type: number, expected: readonly number[]): Error {
  const legal = expected.map(handshakeTypeName).join(' or ');
  return misbehaved(
    'unexpected_message',
    'UNEXPECTED_MESSAGE',
    `the server sent ${handshakeTypeName(type)} where only ${legal} is legal`,
  );
}
