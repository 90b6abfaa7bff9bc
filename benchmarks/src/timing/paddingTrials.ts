/** Records under AES-128-CBC and HMAC-SHA1, MAC-then-encrypt, that are no good: for their MAC, their padding, or both. */
import { createCipheriv, createDecipheriv, createHmac, randomFillSync } from 'node:crypto';
import {
  type CbcHmacAlgorithm,
  type CryptoProvider,
  constantTimeAes128CbcHmacSha1,
  portableAes128CbcHmacSha1,
} from '@halfclose/crypto';
import type { ClientConnection } from '@halfclose/tls';
import { createAwaiting } from './openedRecords.ts';
import type { LongTrial, Trial } from './trials.ts';

const macLength = 20;
const recordLength = 320;

/** The last octets of what is encrypted, by kind. All else is zeros, and so is the MAC, which is wrong therefore. */
type Endings = readonly [Uint8Array, Uint8Array];

/** With the longest padding there is, and with as many octets of which the first is wrong. */
const validOrNot: Endings = [padding(256), padding(256).fill(0, 0, 1)];
/** With the longest padding and with the shortest: what is left to authenticate has four blocks less of SHA-1, or not. */
const longOrShort: Endings = [padding(256), padding(1)];

export const endings: Readonly<Record<'padding' | 'length', Endings>> = {
  padding: validOrNot,
  length: longOrShort,
};

function padding(length: number): Uint8Array {
  return new Uint8Array(length).fill(length - 1);
}

/** Opens a record; a refusal is what it comes to. */
type Open = (iv: Uint8Array, record: Uint8Array) => void;

const openers: Readonly<Record<string, (key: Uint8Array) => Open>> = {
  portable: (key) => ours(portableAes128CbcHmacSha1, key),
  'portable-constant-time': (key) => ours(constantTimeAes128CbcHmacSha1, key),
  'early exit': withEarlyExit,
};

/** Undefined where the subject has nothing of the kind. */
export function recordTrial(subject: string, [first, second]: Endings): Trial | undefined {
  const key = randomFillSync(new Uint8Array(16));
  const open = openers[subject]?.(key);
  if (open === undefined) return undefined;
  const iv = new Uint8Array(16);
  const encrypted = ([first, second] as const).map((ending) => {
    const plaintext = new Uint8Array(recordLength);
    plaintext.set(ending, recordLength - ending.length);
    return createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(plaintext);
  });
  const record = new Uint8Array(recordLength);
  return {
    prepare(kind) {
      // Without a branch: what was done just before would be seen in the time of what comes next.
      for (let index = 0; index < recordLength; index += 1) {
        record[index] = ((encrypted[1]?.[index] ?? 0) & -kind) | ((encrypted[0]?.[index] ?? 0) & (kind - 1));
      }
    },
    run: () => open(iv, record),
  };
}

function ours(algorithm: CbcHmacAlgorithm, key: Uint8Array): Open {
  const opening = algorithm.create(key, new Uint8Array(macLength), 'mac-then-encrypt');
  const header = new Uint8Array(11);
  return (iv, record) => void opening.open(iv, header, record, 0, record.length, record, 0);
}

/** What ours must not do: no MAC where the padding is wrong, and else one of as many octets as are left. */
function withEarlyExit(key: Uint8Array): Open {
  return (iv, record) => {
    const plaintext = createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(record);
    const last = plaintext.at(-1) ?? 0;
    const end = plaintext.length - last - 1;
    if (plaintext.subarray(end).some((octet) => octet !== last)) return;
    createHmac('sha1', new Uint8Array(macLength))
      .update(plaintext.subarray(0, end - macLength))
      .digest();
  };
}

/** The same records for connections, of which each takes one: from what comes from the carrier to the alert. */
export async function connectionTrial(crypto: CryptoProvider, [first, second]: Endings): Promise<LongTrial> {
  const next = await createAwaiting(crypto);
  let last: ClientConnection | undefined;
  return {
    async prepare(kind) {
      if (last !== undefined && last.error?.alert !== 'bad_record_mac') {
        throw new Error(`A record was not refused for what it is: ${last.error?.message ?? 'no error'}`);
      }
      const { connection, forge } = await next();
      last = connection;
      // Both are made each time, so that what was done before is the same.
      const records = [forge(first), forge(second)];
      const record = records[kind] ?? new Uint8Array(0);
      return () => void connection.receive(record);
    },
  };
}
