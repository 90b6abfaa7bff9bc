import { misbehaved } from '../errors.ts';
import { handshakeTypeName } from '../protocol/handshakeTypes.ts';
import type { Reassembly } from '../records/reassembly.ts';
import type { Step, Steps } from './steps.ts';

/** Moves a handshake on as far as the messages and answers that are there allow. */
export interface HandshakeDriver {
  /** Begins, or goes on after messages were added to the reassembly. */
  advance(): void;
  /**
   * A change_cipher_spec of TLS 1.2 has come.
   * @throws TLSError where it is not the next thing to come
   */
  takeChangeCipherSpec(): void;
  /** Pending while the handshake waits for something outside; resolves once it went on, failed or was stopped. */
  readonly waiting: Promise<void> | undefined;
  /** No further step is taken, whatever a pending promise brings. */
  stop(): void;
}

/**
 * @param fail told whatever a step threw
 * @throws whatever a step throws while `advance` runs
 */
export function createHandshakeDriver(
  steps: Steps<never>,
  messages: Reassembly,
  fail: (cause: unknown) => void,
): HandshakeDriver {
  let step: Step | undefined;
  let waiting: Promise<void> | undefined;
  let stopWaiting = (): void => {};
  let stopped = false;
  let stepping = false;

  const take = (next: () => IteratorResult<Step, never>): void => {
    stepping = true;
    try {
      step = next().value;
    } finally {
      stepping = false;
    }
    if ('awaits' in step) waitFor(step.awaits);
  };

  const waitFor = (awaited: PromiseLike<unknown>): void => {
    const resumed = Promise.resolve(awaited).then(
      (value) => resume(() => steps.next(value)),
      (cause) => resume(() => steps.throw(cause)),
    );
    waiting = new Promise((resolve) => {
      // What it waits for may never come: whoever waits with it goes on when the handshake is given up.
      stopWaiting = resolve;
      void resumed.then(resolve);
    });
  };

  const resume = (next: () => IteratorResult<Step, never>): void => {
    waiting = undefined;
    if (stopped) return;
    try {
      take(next);
      advance();
    } catch (cause) {
      fail(cause);
    }
  };

  const advance = (): void => {
    if (step === undefined) take(() => steps.next());
    while (!stopped && step !== undefined && 'expect' in step) {
      const { nextType } = messages;
      // Judged by its first octet: what isn't wanted is not waited for.
      if (nextType !== undefined && !step.expect.includes(nextType)) throw unexpected(nextType, step.expect);
      const message = messages.next();
      if (message === undefined) return;
      take(() => steps.next(message));
    }
    if (step !== undefined && 'expectChangeCipherSpec' in step && messages.pending > 0) {
      throw unexpectedRecord('a handshake message came where a change_cipher_spec has to come');
    }
  };

  const takeChangeCipherSpec = (): void => {
    if (step === undefined || !('expectChangeCipherSpec' in step)) {
      throw unexpectedRecord('a change_cipher_spec came where none is legal (RFC 5246 section 7.1)');
    }
    take(() => steps.next());
    advance();
  };

  return {
    advance,
    takeChangeCipherSpec,
    get waiting() {
      return waiting;
    },
    stop() {
      if (stopped) return;
      stopped = true;
      stopWaiting();
      // Lets the handshake wipe its secrets; where a step is being taken, what that throws does it. Steps that
      // never return by themselves have no value that could be given.
      if (!stepping) steps.return(undefined as never);
    },
  };
}

function unexpectedRecord(message: string): Error {
  return misbehaved('unexpected_message', 'UNEXPECTED_RECORD', message);
}

function unexpected(type: number, expected: readonly number[]): Error {
  const legal = expected.map(handshakeTypeName).join(' or ');
  return misbehaved(
    'unexpected_message',
    'UNEXPECTED_MESSAGE',
    `the server sent ${handshakeTypeName(type)} where only ${legal} is legal`,
  );
}
