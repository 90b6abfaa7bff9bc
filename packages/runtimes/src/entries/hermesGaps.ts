/** What Hermes 0.12 lacks of ES2022's library, as core-js would add it. Runs before the program. */
const TypedArray = Object.getPrototypeOf(Uint8Array) as { readonly prototype: object };

for (const prototype of [Array.prototype, TypedArray.prototype, String.prototype]) {
  if ('at' in prototype) continue;
  Object.defineProperty(prototype, 'at', {
    configurable: true,
    writable: true,
    value(this: ArrayLike<unknown>, index: number) {
      return this[index < 0 ? this.length + index : index];
    },
  });
}

// The types say that it is there.
const symbols: object = Symbol;
if (!('asyncIterator' in symbols)) {
  Object.defineProperty(symbols, 'asyncIterator', { value: Symbol('Symbol.asyncIterator') });
}

export {};
