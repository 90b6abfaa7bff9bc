// @ts-expect-error: only workerd has it, and its types are not ours to bring.
import { connect as connectSocket } from 'cloudflare:sockets';
import type { WebStreamPair } from '@halfclose/transports/web-streams';

interface CloudflareSocket extends WebStreamPair {
  readonly opened: Promise<unknown>;
}

export const connect: (
  address: { readonly hostname: string; readonly port: number },
  options: { readonly allowHalfOpen: boolean },
) => CloudflareSocket = connectSocket;
