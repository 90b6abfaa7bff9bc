import { SHUT_WR, type SSLSocket } from 'halfclose';

/** Octets of a line, with its end. */
const lineLength = 64;

/** 3 MiB in lines, no two of them the same. */
export const lineText: string = Array.from({ length: (3 << 20) / lineLength }, (_, i) =>
  `${i} `.padEnd(lineLength - 1, 'abcdefghijklmnopqrstuvwxyz').concat('\n'),
).join('');
export const lines: Uint8Array = Uint8Array.from(Buffer.from(lineText));

/** All that comes until the server's close_notify. */
export async function allOf(socket: SSLSocket): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let part = await socket.recv(65_536); part.length > 0; part = await socket.recv(65_536)) {
    parts.push(part);
  }
  return Uint8Array.from(Buffer.concat(parts));
}

/** Sends, ends our half, and reads what comes meanwhile and afterwards. */
export async function echoed(socket: SSLSocket, octets: Uint8Array): Promise<Uint8Array> {
  const sent = socket.sendall(octets).then(() => socket.shutdown(SHUT_WR));
  const [answer] = await Promise.all([allOf(socket), sent]);
  return answer;
}
