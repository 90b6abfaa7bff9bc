import { sha256 } from '@halfclose/crypto';
import type { Transport } from '@halfclose/ssl';
import { SSLContext } from 'halfclose';
import { newContext } from '../scenario/exchange.ts';
import type { Outcome, Setting } from '../scenario/scenario.ts';

type Take = (octets: Uint8Array) => void;
type Download = (take: Take) => Promise<void>;

/** The same octets from the same relay, with TLS and without: compared by their digest first, then by their speed. */
export async function compareDownloads(
  connectTo: (port: number) => Promise<Transport>,
  setting: Setting,
): Promise<Outcome> {
  const { downloadOctets: octets, ports } = setting;
  const createContext = (): SSLContext => new SSLContext();
  const context = await newContext({ createContext, connectTo }, setting);
  const inClear: Download = async (take) => {
    const transport = await connectTo(ports.plainDownload);
    for (let chunk = await transport.read(); chunk !== null; chunk = await transport.read()) take(chunk);
    await transport.close();
  };
  const overTls: Download = async (take) => {
    const socket = context.wrapSocket(await connectTo(ports.download), { serverHostname: 'localhost' });
    await socket.doHandshake();
    const target = new Uint8Array(1 << 18);
    for (let length = await socket.recvInto(target); length > 0; length = await socket.recvInto(target))
      take(target.subarray(0, length));
    await socket.close();
  };

  const times: { readonly clear: number[]; readonly tls: number[] } = { clear: [], tls: [] };
  for (let round = 0; round < 4; round += 1) {
    for (const [kind, download] of [
      ['clear', inClear],
      ['tls', overTls],
    ] as const) {
      // The first of each compiles, too.
      if (round === 0) {
        const trouble = await wrongIn(download, setting);
        if (trouble !== undefined) return { name: `download, ${kind}`, trouble };
        continue;
      }
      let received = 0;
      const begun = performance.now();
      await download((chunk) => {
        received += chunk.length;
      });
      times[kind].push(performance.now() - begun);
      if (received !== octets)
        return { name: `download, ${kind}`, trouble: `${received} octets came of ${octets}` };
    }
  }
  const [clear, tls] = [median(times.clear), median(times.tls)];
  const speed = (milliseconds: number): string => `${Math.round(octets / 1000 / milliseconds)} MB/s`;
  return {
    name: `${octets >> 20} MiB with the right digest`,
    note: `${speed(clear)} in clear, ${speed(tls)} over TLS 1.3, which is ${(clear / tls).toFixed(2)} of it`,
  };
}

async function wrongIn(download: Download, { downloadDigest }: Setting): Promise<string | undefined> {
  const hash = sha256.create();
  await download((chunk) => hash.update(chunk));
  const digest = Array.from(hash.digest(), (octet) => octet.toString(16).padStart(2, '0')).join('');
  return digest === downloadDigest ? undefined : `the digest is ${digest} and not ${downloadDigest}`;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
