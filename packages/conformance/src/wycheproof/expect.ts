import { CryptoError } from '@halfclose/crypto';

/** Fails unless the octets are those expected. */
export function expectOctets(what: string, actual: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(actual, expected) !== 0) {
    throw new Error(`${what} is ${toHex(actual)}, not ${toHex(expected)}`);
  }
}

/** Fails unless the value is that expected. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what} is ${String(actual)}, not ${String(expected)}`);
}

/** What `run` gives, or undefined where it refuses its input with the typed error for that. */
export async function unlessRefused<T>(run: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}

export function toHex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
