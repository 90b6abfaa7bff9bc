/**
 * The compiled core: one instance with one memory, which all keys of all connections share. (An instance a key
 * would cost each its memory, and an engine's address space is at its end after some thousand memories.)
 *
 * Nothing of a key or a record stays in that memory between two calls of `seal` or `open`, except that the tables of
 * the last AES key stay until another key's take their place or it is destroyed.
 */
import { wasm } from './wasm.ts';

/** What `assembly/` exports: functions, and the addresses of the places that they work on. */
export interface SimdCore {
  /** The whole memory. It never grows, so the view stays good. */
  readonly memory: Uint8Array;
  /** The same memory in words, for places that are aligned. */
  readonly words: Uint32Array;
  /** Where a stretch of a record is worked on, and how long it may be. */
  readonly window: number;
  readonly windowLength: number;
  readonly additionalData: number;
  readonly additionalDataLength: number;
  readonly key: number;
  readonly nonce: number;
  readonly tag: number;
  readonly expandedKey: number;
  readonly expandedKeyLength: number;
  readonly chacha20Poly1305: Cipher;
  readonly aesGcm: AesGcm;
  /** Whose tables are in memory: the AES key that was used last. */
  loadedKey: object | undefined;
}

/** One AEAD of the core. Everything goes through the places named above. */
export interface Cipher {
  /** Octets of the window that stand before a record's first stretch. */
  readonly lead: number;
  /** Starts a record, whose first stretch, key and nonce are in place. */
  start(): void;
  /** Authenticates additional data: the next `length` octets, whole blocks of 16 unless they are the last. */
  additionalData(length: number): void;
  /** Encrypts the next stretch. `length` counts the lead; `octetsBefore` is the sum of the lengths so far. */
  seal(length: number, octetsBefore: number): void;
  /** Decrypts the next stretch, as `seal`. */
  open(length: number, octetsBefore: number): void;
  /** Writes the tag. */
  finish(additionalDataLength: number, ciphertextLength: number): void;
  /** Wipes the first `length` octets of the window and what else the record left in memory. */
  wipe(length: number): void;
}

export interface AesGcm extends Cipher {
  /** Expands a key of 16 octets for 10 rounds, or of 32 octets for 14. */
  expandKey(rounds: number): void;
  /** Makes the tables of the expanded key, which it wipes. */
  loadKey(rounds: number): void;
  /** Wipes the tables. */
  wipeKey(): void;
}

/** What we use of the WebAssembly API, which is no part of ECMAScript. */
interface WebAssemblyApi {
  validate(octets: Uint8Array): boolean;
  readonly Module: new (octets: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Exports };
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly window: Address;
  readonly windowLength: Address;
  readonly additionalData: Address;
  readonly additionalDataLength: Address;
  readonly key: Address;
  readonly nonce: Address;
  readonly tag: Address;
  readonly expandedKey: Address;
  readonly expandedKeyLength: Address;
  readonly chachaLead: Address;
  readonly chachaStart: Cipher['start'];
  readonly chachaAdditionalData: Cipher['additionalData'];
  readonly chachaSeal: Cipher['seal'];
  readonly chachaOpen: Cipher['open'];
  readonly chachaFinish: Cipher['finish'];
  readonly chachaWipe: Cipher['wipe'];
  readonly gcmLead: Address;
  readonly gcmStart: Cipher['start'];
  readonly gcmAdditionalData: Cipher['additionalData'];
  readonly gcmSeal: Cipher['seal'];
  readonly gcmOpen: Cipher['open'];
  readonly gcmFinish: Cipher['finish'];
  readonly gcmWipe: Cipher['wipe'];
  readonly gcmExpandKey: AesGcm['expandKey'];
  readonly gcmLoadKey: AesGcm['loadKey'];
  readonly gcmWipeKey: AesGcm['wipeKey'];
}

interface Address {
  readonly value: number;
}

let remembered: SimdCore | undefined;
let isTried = false;

/** The core, or undefined where this engine doesn't run it. Found out once. */
export function simdCore(): SimdCore | undefined {
  if (!isTried) {
    isTried = true;
    remembered = instantiate();
  }
  return remembered;
}

/** `i8x16.swizzle`, and `i8x16.relaxed_swizzle` in as many octets. */
const swizzle = '\xfd\x8e\0';
const relaxedSwizzle = '\xfd\x80\x02';

/** A module with one function, which does a relaxed lookup and drops what it finds: not every engine with SIMD has that. */
const relaxedModule = `\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a\x10\x01\x0e\0A\0\xfd\x0fA\0\xfd\x0f${relaxedSwizzle}\x1a\x0b`;

function instantiate(): SimdCore | undefined {
  const { WebAssembly: api } = globalThis as { readonly WebAssembly?: WebAssemblyApi };
  if (api === undefined) return undefined;
  try {
    // What has no rule for indices above 15 is one instruction of an x86 processor, where `swizzle` is two. `assembly/` marks where
    // no index is above 15.
    const isRelaxed = api.validate(octetsOf(relaxedModule));
    const octets = octetsOf(isRelaxed ? wasm.replaceAll(swizzle, relaxedSwizzle) : wasm);
    return coreOf(new api.Instance(new api.Module(octets)).exports);
  } catch {
    // An engine without SIMD, a content security policy without 'wasm-unsafe-eval', no memory left, a limit on
    // what may be compiled synchronously: for all of them there is the portable core.
    return undefined;
  }
}

/** Character n is octet n. */
function octetsOf(module: string): Uint8Array {
  return Uint8Array.from(module, (character) => character.charCodeAt(0));
}

function coreOf(exports: Exports): SimdCore {
  return {
    memory: new Uint8Array(exports.memory.buffer),
    words: new Uint32Array(exports.memory.buffer),
    window: exports.window.value,
    windowLength: exports.windowLength.value,
    additionalData: exports.additionalData.value,
    additionalDataLength: exports.additionalDataLength.value,
    key: exports.key.value,
    nonce: exports.nonce.value,
    tag: exports.tag.value,
    expandedKey: exports.expandedKey.value,
    expandedKeyLength: exports.expandedKeyLength.value,
    chacha20Poly1305: {
      lead: exports.chachaLead.value,
      start: exports.chachaStart,
      additionalData: exports.chachaAdditionalData,
      seal: exports.chachaSeal,
      open: exports.chachaOpen,
      finish: exports.chachaFinish,
      wipe: exports.chachaWipe,
    },
    aesGcm: {
      lead: exports.gcmLead.value,
      start: exports.gcmStart,
      additionalData: exports.gcmAdditionalData,
      seal: exports.gcmSeal,
      open: exports.gcmOpen,
      finish: exports.gcmFinish,
      wipe: exports.gcmWipe,
      expandKey: exports.gcmExpandKey,
      loadKey: exports.gcmLoadKey,
      wipeKey: exports.gcmWipeKey,
    },
    loadedKey: undefined,
  };
}
