import { randomFillSync } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fromSocket, type NodeTransport } from '@halfclose/transports/node';
import { bundle } from '../bundle.ts';
import { install } from '../install.ts';
import type { Runtime } from '../runtime.ts';
import type { Outcome, Setting } from '../scenario/scenario.ts';
import { parseOutcomes } from './command.ts';

/** What is used of `quickjs-emscripten`. */
interface Handle {
  dispose(): void;
}
interface QuickJSContext {
  readonly global: Handle;
  readonly null: Handle;
  readonly true: Handle;
  readonly undefined: Handle;
  newObject(): Handle;
  newString(text: string): Handle;
  newNumber(value: number): Handle;
  newArrayBuffer(octets: ArrayBuffer): Handle;
  newFunction(name: string, run: (...args: Handle[]) => Handle | undefined): Handle;
  newPromise(): {
    readonly handle: Handle;
    readonly settled: Promise<void>;
    resolve(value?: Handle): void;
    reject(error: Handle): void;
  };
  newError(error: { name: string; message: string }): Handle;
  setProp(object: Handle, key: string, value: Handle): void;
  getNumber(handle: Handle): number;
  getString(handle: Handle): string;
  getArrayBuffer(handle: Handle): { readonly value: Uint8Array; dispose(): void };
  callFunction(callee: Handle, self: Handle, ...args: Handle[]): unknown;
  evalCode(code: string, filename: string): unknown;
  unwrapResult(result: unknown): Handle;
  readonly runtime: { executePendingJobs(): unknown };
}
interface QuickJSModule {
  getQuickJS(): Promise<{ newContext(): QuickJSContext }>;
}

/** Octets there and back, for an engine that has no compiler. */
const octets = 64 << 10;
/** Milliseconds for the whole scenario. */
const patience = 400_000;

/** QuickJS, with no WebCrypto, no TextEncoder and no timers: what it has of the world, the host gives it. */
export const quickjs: Runtime = {
  name: 'quickjs',
  carrier: 'functions of the host',
  async prepare() {
    const directory = await install('quickjs-emscripten', '0.32');
    const module: QuickJSModule = await import(pathToFileURL(join(directory, 'dist/index.mjs')).href);
    const program = await bundle('engine', 'browser', { format: 'iife', external: ['@peculiar/x509'] });
    return {
      version: 'QuickJS of quickjs-emscripten 0.32',
      run: async (setting) =>
        runIn((await module.getQuickJS()).newContext(), program, { ...setting, octets }),
    };
  },
};

function runIn(vm: QuickJSContext, program: string, setting: Setting): Promise<readonly Outcome[]> {
  return new Promise((resolve, reject) => {
    const connections: NodeTransport[] = [];
    const timers: NodeJS.Timeout[] = [];
    const connectionOf = (handle: Handle | undefined): NodeTransport => {
      const connection = handle && connections[vm.getNumber(handle)];
      if (connection === undefined) throw new Error('there is no such connection');
      return connection;
    };
    const later = (work: Promise<Handle | undefined>): Handle => {
      const promise = vm.newPromise();
      work.then(
        (value) => promise.resolve(value ?? vm.undefined),
        (error) => promise.reject(vm.newError({ name: 'Error', message: String(error) })),
      );
      void promise.settled.then(() => vm.runtime.executePendingJobs());
      return promise.handle;
    };
    const bufferOf = (bytes: Uint8Array): Handle => vm.newArrayBuffer(bytes.slice().buffer);
    const copyOf = (handle: Handle | undefined): Uint8Array => {
      if (handle === undefined) throw new Error('octets are missing');
      const lent = vm.getArrayBuffer(handle);
      const copy = lent.value.slice();
      lent.dispose();
      return copy;
    };

    const functions: Readonly<Record<string, (...args: (Handle | undefined)[]) => Handle | undefined>> = {
      now: () => vm.newNumber(Date.now()),
      random: (length) => bufferOf(randomFillSync(new Uint8Array(length ? vm.getNumber(length) : 0))),
      setTimer(callback, milliseconds) {
        // The handle given is gone when this returns; a copy of the function stays on the engine's side.
        const kept = (callback as Handle & { dup(): Handle }).dup();
        const run = (): void => {
          vm.callFunction(kept, vm.undefined);
          vm.runtime.executePendingJobs();
        };
        timers.push(setTimeout(run, milliseconds ? vm.getNumber(milliseconds) : 0));
        return vm.newNumber(timers.length - 1);
      },
      clearTimer(timer) {
        clearTimeout(timer && timers[vm.getNumber(timer)]);
        return undefined;
      },
      connect(port) {
        connections.push(fromSocket(connect(port ? vm.getNumber(port) : 0, '127.0.0.1')));
        return later(Promise.resolve(vm.newNumber(connections.length - 1)));
      },
      read: (connection) =>
        later(
          connectionOf(connection)
            .read()
            .then((chunk) => (chunk === null ? vm.null : bufferOf(chunk))),
        ),
      write: (connection, data) =>
        later(
          connectionOf(connection)
            .write(copyOf(data))
            .then(() => undefined),
        ),
      closeWrite: (connection) =>
        later(
          connectionOf(connection)
            .closeWrite()
            .then(() => undefined),
        ),
      close(connection) {
        void connectionOf(connection).close();
        return undefined;
      },
      report(outcomes) {
        clearTimeout(patienceTimer);
        for (const timer of timers) clearTimeout(timer);
        for (const connection of connections) void connection.close();
        resolve(parseOutcomes(outcomes ? vm.getString(outcomes) : ''));
        return undefined;
      },
    };
    const patienceTimer = setTimeout(() => reject(new Error('the engine did not finish')), patience);

    const host = vm.newObject();
    for (const [name, run] of Object.entries(functions)) vm.setProp(host, name, vm.newFunction(name, run));
    vm.setProp(host, 'hasTimers', vm.true);
    vm.setProp(host, 'setting', vm.newString(JSON.stringify(setting)));
    vm.setProp(vm.global, 'host', host);
    vm.unwrapResult(vm.evalCode(program, 'program.js')).dispose();
    vm.runtime.executePendingJobs();
  });
}
