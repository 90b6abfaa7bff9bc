/** A wire that is listened to: TCP between a client and a server, with what the client sends written down. */
import { createDecipheriv, createHmac } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { listen, type TestServer } from './listen.ts';

export interface WireTap extends TestServer {
  /** All that the client of the last connection has sent. */
  fromClient(): Buffer;
  /** How it has ended its side after that. */
  readonly clientEnd: 'not yet' | 'FIN' | 'reset';
  /** Waits until it has. */
  ended(): Promise<void>;
  /** Tears its connection, as a server does that closes with octets unread. */
  reset(): void;
}

/** Listens on 127.0.0.1 and carries every connection to `port` there, each half for itself. */
export async function startWireTap(port: number): Promise<WireTap> {
  let chunks: Buffer[] = [];
  let clientEnd: WireTap['clientEnd'] = 'not yet';
  let watchers: (() => void)[] = [];
  let reset = (): void => {};
  const endWith = (how: 'FIN' | 'reset'): void => {
    if (clientEnd === 'not yet') clientEnd = how;
    for (const watcher of watchers.splice(0)) watcher();
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    chunks = [];
    clientEnd = 'not yet';
    watchers = [];
    reset = () => client.resetAndDestroy();
    const upstream = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    client.on('data', (chunk) => chunks.push(chunk));
    client
      .once('end', () => endWith('FIN'))
      .once('close', () => {
        endWith('reset');
        if (!upstream.readableEnded) upstream.destroy();
      });
    carry(client, upstream);
    carry(upstream, client);
  });
  return {
    ...(await listen(server)),
    reset: () => reset(),
    fromClient: () => Buffer.concat(chunks),
    get clientEnd() {
      return clientEnd;
    },
    async ended() {
      if (clientEnd === 'not yet') await new Promise<void>((resolve) => watchers.push(resolve));
    },
  };
}

/** One direction: data, its end, or a reset. */
function carry(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on('error', () => to.resetAndDestroy());
}

/**
 * What a client said, record by record: `clear handshake`, `encrypted`, `alert close_notify`, `data of 5`. Those of TLS 1.3
 * with AES-256-GCM are opened with its key log; of TLS 1.2 the header tells the kind, and `encrypted alert` is all there is.
 *
 * @param keyLog lines of NSS's format, which the client wrote
 * @throws Error where there is a record that can't be opened, or half of one
 */
export function clientRecords(bytes: Uint8Array, keyLog: readonly string[]): string[] {
  const secret = (label: string): Buffer | undefined => {
    const line = keyLog.find((each) => each.startsWith(`${label} `));
    return line === undefined ? undefined : Buffer.from(line.split(' ')[2] ?? '', 'hex');
  };
  const handshakeSecret = secret('CLIENT_HANDSHAKE_TRAFFIC_SECRET');
  const traffic = secret('CLIENT_TRAFFIC_SECRET_0');
  let keys = handshakeSecret && createOpener(handshakeSecret);
  let changed = false;
  const words: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [type = 0, , , high = 0, low = 0] = bytes.subarray(at, at + 5);
    const record = bytes.subarray(at, at + 5 + high * 256 + low);
    if (record.length < 5 + high * 256 + low) throw new Error('the last record was cut');
    at += record.length;
    if (keys !== undefined && traffic !== undefined && type === 23) {
      const { contentType, content } = keys(record);
      words.push(describe(contentType, content));
      // The Finished is the only message of the first keys.
      if (contentType === 22) keys = createOpener(traffic);
    } else {
      const kind = kinds[type] ?? `type ${type}`;
      words.push(`${keys === undefined && changed ? 'encrypted' : 'clear'} ${kind}`);
      changed ||= type === 20;
    }
  }
  return words;
}

const kinds: Readonly<Record<number, string>> = {
  20: 'change_cipher_spec',
  21: 'alert',
  22: 'handshake',
  23: 'data',
};

function describe(contentType: number, content: Uint8Array): string {
  if (contentType === 21) return `alert ${content[1] === 0 ? 'close_notify' : content[1]}`;
  return contentType === 23 ? `data of ${content.length}` : 'encrypted handshake';
}

type Opener = (record: Uint8Array) => { readonly contentType: number; readonly content: Uint8Array };

/** RFC 8446 sections 5.2, 5.3 and 7.3, for TLS_AES_256_GCM_SHA384. */
function createOpener(secret: Uint8Array): Opener {
  const key = expandLabel(secret, 'key', 32);
  const iv = expandLabel(secret, 'iv', 12);
  let sequence = 0n;
  return (record) => {
    const nonce = Buffer.from(iv);
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ sequence++, 4);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce);
    decipher.setAAD(record.subarray(0, 5));
    decipher.setAuthTag(record.subarray(-16));
    const inner = Buffer.concat([decipher.update(record.subarray(5, -16)), decipher.final()]);
    let end = inner.length - 1;
    while (inner[end] === 0) end -= 1;
    return { contentType: inner[end] ?? 0, content: inner.subarray(0, end) };
  };
}

/** HKDF-Expand-Label of one block, RFC 8446 section 7.1. */
function expandLabel(secret: Uint8Array, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.of(0, length, name.length), name, Buffer.of(0, 1)]);
  return createHmac('sha384', secret).update(info).digest().subarray(0, length);
}
