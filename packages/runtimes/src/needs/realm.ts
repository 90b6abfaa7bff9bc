/** A realm with the language alone, in which every look at anything else is noticed. */
import vm from 'node:vm';

export interface Realm {
  /** What was looked at, each by its name. */
  readonly touched: ReadonlySet<string>;
  /** Runs a script. What it looks at beside the language, it does not get. */
  run(code: string): unknown;
  /** What the script finds as a global of this name. */
  give(name: string, value: unknown): void;
}

/** The globals of ECMAScript 2022 (clauses 19.1 to 19.4 and B.2.1), whatever else the engine here brings. */
const language: ReadonlySet<string> = new Set([
  ...['globalThis', 'Infinity', 'NaN', 'undefined', 'eval', 'isFinite', 'isNaN', 'parseFloat', 'parseInt'],
  ...['decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape'],
  ...['Object', 'Function', 'Boolean', 'Symbol', 'Number', 'BigInt', 'Math', 'Date', 'String', 'RegExp'],
  ...['Error', 'AggregateError', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError'],
  ...['URIError', 'Array', 'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry'],
  ...['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array'],
  ...['Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
  ...['ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Atomics', 'JSON', 'Promise', 'Reflect', 'Proxy'],
]);

/** What the language has of a clock and of chance: an engine whose entropy and clock are given needs neither. */
const trapClockAndChance = `(touch) => {
  const trap = (name) => () => { touch(name); throw new Error(name + ' is not to be had'); };
  Math.random = trap('Math.random');
  Date.now = trap('Date.now');
  const now = trap('new Date()');
  globalThis.Date = new Proxy(Date, {
    apply: now,
    construct: (target, args, as) => (args.length === 0 ? now() : Reflect.construct(target, args, as)),
  });
  Date.prototype.constructor = Date;
}`;

/**
 * Free names are looked for in `scope` first, which has those that are no part of the language, whether they are anywhere
 * or not; and what is looked at in `globalThis` is seen, too.
 */
const makeScope = `(isLanguage, touch, given) => {
  const get = (name) => {
    if (given.has(name)) return given.get(name);
    touch(name);
    return undefined;
  };
  const globals = globalThis;
  const seen = (name) => typeof name === 'symbol' || isLanguage(name);
  const watched = new Proxy(globals, {
    has: (target, name) => (seen(name) ? name in target : get(name) !== undefined),
    get: (target, name) => (seen(name) ? target[name] : get(name)),
    getOwnPropertyDescriptor: (target, name) => {
      if (!seen(name)) touch(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    set: (target, name) => { touch('globalThis.' + String(name) + ' ='); return true; },
    defineProperty: (target, name) => { touch('globalThis.' + String(name) + ' ='); return true; },
  });
  globals.scope = new Proxy({}, {
    has: (target, name) => name === 'globalThis' || !seen(name),
    get: (target, name) => (name === Symbol.unscopables ? undefined : name === 'globalThis' ? watched : get(name)),
    set: (target, name) => { touch(String(name) + ' ='); return true; },
  });
}`;

/** @param tolerated names that may be looked at, as long as they need not be there */
export function createRealm(tolerated: readonly string[] = []): Realm {
  const context = vm.createContext();
  const touched = new Set<string>();
  const given = new Map<string, unknown>();
  const touch = (name: string): void => {
    if (!tolerated.includes(name)) touched.add(name);
  };
  vm.runInContext(trapClockAndChance, context)(touch);
  vm.runInContext(makeScope, context)((name: string) => language.has(name), touch, given);
  return {
    touched,
    // `var` and `function` would land outside of `scope`, so the script has a function around it.
    run: (code) => vm.runInContext(`with (scope) (() => {\n${code}\n})();`, context),
    give: (name, value) => void given.set(name, value),
  };
}
