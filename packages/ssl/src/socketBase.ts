import { NotImplementedError, ValueError } from './errors.ts';
import type { Platform } from './platform.ts';
import { SSLConnection, type SSLConnectionParts } from './sslConnection.ts';
import { type CallOptions, createStop, type Stop, unlessStopped } from './stop.ts';
import type { Turns } from './turns.ts';

/** What a socket has that neither reads nor writes: how long its calls may take, and what it refuses. */
export abstract class SocketBase extends SSLConnection {
  protected readonly setTimer: Platform['setTimer'];
  /** Seconds. */
  #timeout: number | null = null;

  constructor(parts: SSLConnectionParts & { readonly setTimer: Platform['setTimer'] }) {
    super(parts);
    this.setTimer = parts.setTimer;
  }

  /**
   * How long a call may wait, seconds; null, as it is unless set otherwise: for ever. For calls that begin from now on.
   * @throws ValueError for 0 and below: nothing here blocks, and there is nothing to poll (see `SSLObject`)
   */
  settimeout(seconds: number | null): void {
    if (seconds !== null && !(seconds > 0)) {
      throw new ValueError(`timeout is ${seconds} seconds, and must be more than 0, or null for none`);
    }
    this.#timeout = seconds;
  }

  /** What `settimeout` was told, seconds; null for none. */
  gettimeout(): number | null {
    return this.#timeout;
  }

  /** The same as `gettimeout()`. */
  get timeout(): number | null {
    return this.gettimeout();
  }

  /** `setblocking(true)` is `settimeout(null)`. @throws ValueError for false: see `settimeout` */
  setblocking(flag: boolean): void {
    this.settimeout(flag ? null : 0);
  }

  /** Always true: calls wait, as long as `settimeout` permits. */
  getblocking(): true {
    return true;
  }

  /** Always -1: a carrier need not be a file of the system. */
  fileno(): -1 {
    return -1;
  }

  /** Does what can be stopped: by the caller's signal, or because it takes too long. In its turn, if there are `turns`. */
  protected call<T>(
    operation: string,
    options: CallOptions | undefined,
    act: (stop?: Stop) => Promise<T>,
    turns?: Turns,
  ): Promise<T> {
    const seconds = this.#timeout;
    const timeout = seconds === null ? undefined : Math.min(seconds * 1000, longestTimer);
    const stop = createStop(options?.signal, timeout, this.setTimer, operation);
    if (stop === undefined) return turns === undefined ? act() : turns.run(act);
    // One that was stopped before its turn has failed already, and must not do anything any more.
    const actUnlessStopped = async (): Promise<T> => {
      if (stop.isStopped) throw stop.error;
      return act(stop);
    };
    const inTurn = (): Promise<T> => turns?.run(actUnlessStopped) ?? actUnlessStopped();
    return unlessStopped(inTurn, stop).finally(() => stop.release());
  }

  /** A server's call. @throws NotImplementedError always */
  accept(): never {
    throw forServers('accept');
  }

  /** A server's call. @throws NotImplementedError always */
  bind(): never {
    throw forServers('bind');
  }

  /** A server's call. @throws NotImplementedError always */
  listen(): never {
    throw forServers('listen');
  }

  /** Two sockets can't share the state of one connection. @throws NotImplementedError always */
  dup(): never {
    throw new NotImplementedError("Can't dup() SSLSocket instances");
  }

  /** For datagrams. @throws ValueError always */
  recvfrom(): never {
    throw notAllowed('recvfrom');
  }

  /** For datagrams. @throws ValueError always */
  recvfromInto(): never {
    throw notAllowed('recvfromInto');
  }

  /** For datagrams. @throws ValueError always */
  sendto(): never {
    throw notAllowed('sendto');
  }

  /** What goes along with it would not be protected. @throws NotImplementedError always */
  recvmsg(): never {
    throw new NotImplementedError('recvmsg not allowed on instances of SSLSocket');
  }

  /** What goes along with it would not be protected. @throws NotImplementedError always */
  recvmsgInto(): never {
    throw new NotImplementedError('recvmsgInto not allowed on instances of SSLSocket');
  }

  /** What goes along with it would not be protected. @throws NotImplementedError always */
  sendmsg(): never {
    throw new NotImplementedError('sendmsg not allowed on instances of SSLSocket');
  }
}

/** Milliseconds, nearly 25 days: for more, timers are set that end at once. */
const longestTimer = 2 ** 31 - 1;

function forServers(name: string): NotImplementedError {
  return new NotImplementedError(`${name} is for servers, and this is a client`);
}

function notAllowed(name: string): ValueError {
  return new ValueError(`${name} not allowed on instances of SSLSocket`);
}
