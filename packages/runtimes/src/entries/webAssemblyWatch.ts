/** What is used of `WebAssembly`, which is no part of the language. */
interface WebAssemblyLike {
  Module: new (octets: Uint8Array) => object;
  Instance: new (...parts: unknown[]) => object;
}

/** What becomes of WebAssembly in this realm. */
export interface Watch {
  /** Whether modules may be compiled. */
  readonly isAllowed: boolean;
  /** How many have been instantiated since. */
  instances(): number;
}

/** To be called before any module of WebAssembly is instantiated. */
export function createWatch(): Watch {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyLike };
  let instances = 0;
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, parts: unknown[]) {
      instances += 1;
      return new target(...parts);
    },
  });
  return { isAllowed: mayCompile(WebAssembly), instances: () => instances };
}

function mayCompile({ Module }: WebAssemblyLike): boolean {
  try {
    // The empty module: magic number and version.
    new Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    return true;
  } catch {
    return false;
  }
}
