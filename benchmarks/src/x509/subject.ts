/** One of the implementations that are compared, used as its own documentation advises. */
export interface Subject {
  readonly name: string;
  /** Loads it: outside of every measurement. */
  load(): Promise<Implementation>;
}

export interface Implementation {
  /** Reads a certificate, as far as it does so by itself. */
  parse(der: Uint8Array): unknown;
  /** Reads a certificate, and asks for its key, its alternative names and whether it is an authority's. */
  read(der: Uint8Array): unknown;
  /** Makes a store of certificates, PEM. `blocks` are those of the `text`, for who can't take them apart. */
  loadPem(text: string, blocks: readonly string[]): unknown;
  /** Trusts what stands in the file that `SSL_CERT_FILE` names, if the implementation knows of that. */
  loadDefault?(): unknown;
  /** Makes a store of anchors in a form of its own, where it has one. */
  loadCompact?(): unknown;
  /** Trusts a root for servers. */
  trust(root: Uint8Array): Verifier;
}

/** Verifies chains to one root, as far as the implementation does. */
export interface Verifier {
  /**
   * Reads a chain, the server's certificate first, and verifies it for `localhost`.
   * @throws Error where it is not good
   */
  verify(chain: readonly Uint8Array[]): unknown;
  /** The same for one chain again and again: whatever can be kept of it is kept. */
  remember(chain: readonly Uint8Array[]): () => unknown;
}

/** @throws Error `problem` where something that should hold doesn't */
export function require(condition: boolean, problem: string): void {
  if (!condition) throw new Error(problem);
}
