import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Address } from '@halfclose/transports/wisp';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { createAllowList } from './allowList.ts';
import { connectTarget, RefusedError } from './connectTarget.ts';
import { createOriginList } from './origins.ts';
import { parseRequest, type RelayRequest } from './request.ts';
import { tunnel } from './tunnel.ts';
import { closeCode, closeWith, octetsOf } from './webSocketSide.ts';
import { serveWisp } from './wispServer.ts';

export interface RelayOptions {
  /** What may be reached, as `HOST:PORT` each; see `createAllowList`. Nothing that isn't listed is. */
  readonly allow: readonly string[];
  /** The target of WebSockets that name none, as those of noVNC don't; has to be on the list, too. */
  readonly target?: Address;
  /** The address to listen on. Default: 127.0.0.1, which only this machine reaches. */
  readonly host?: string;
  /** Default: 0, a port that the system picks. */
  readonly port?: number;
  /**
   * Origins of pages that may use the relay, as `https://app.example`; `*` for all. Default: pages of this machine
   * (`localhost`, any port). A page can reach this machine's ports, so that without this every page could use the relay. What
   * isn't a page sends no origin and is let in.
   */
  readonly origins?: readonly string[];
  /** WebSockets at the same time. Default: 256. */
  readonly maximumConnections?: number;
  /** TCP connections at the same time on one WebSocket that speaks Wisp. Default: 64. */
  readonly maximumStreams?: number;
  /** Seconds without an octet in either direction after which a WebSocket is closed. Default: 300. */
  readonly idleSeconds?: number;
  /** Octets in both directions after which a WebSocket is closed. Default: 16 GiB. */
  readonly maximumOctets?: number;
  /** Octets of a message; a longer one closes its WebSocket. Default: 1 MiB. */
  readonly maximumMessage?: number;
  /** Told of each WebSocket when it is over, and of what was refused, a line each. */
  readonly log?: (line: string) => void;
}

export interface Relay {
  /** Where it listens: `ws://127.0.0.1:49152`. */
  readonly url: string;
  /** WebSockets that are open. */
  readonly connections: number;
  /** Ends all connections and listens no more. */
  close(): Promise<void>;
}

/**
 * Starts a relay: WebSockets in, TCP out, octets between them unread.
 * @throws TypeError for an entry in a list that is none; the system's error where it can't listen
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { host = '127.0.0.1', port = 0, log = () => {}, maximumConnections = 256 } = options;
  const allowed = createAllowList(options.allow);
  const fromHere = createOriginList(options.origins);
  const limits = { idleSeconds: options.idleSeconds ?? 300, maximumOctets: options.maximumOctets ?? 2 ** 34 };
  const connect = (address: Address, signal: AbortSignal): Promise<Socket> =>
    connectTarget(address, allowed, signal);

  const http = createServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain' }).end('This is a WebSocket relay.\n');
  });
  const server = new WebSocketServer({
    server: http,
    maxPayload: options.maximumMessage ?? 1 << 20,
    perMessageDeflate: false,
    // noVNC and old clients of websockify ask for it, and no browser goes on without an answer.
    handleProtocols: (offered) => (offered.has('binary') ? 'binary' : false),
    verifyClient({ origin, req }, answer) {
      if (fromHere(origin)) answer(true);
      else {
        log(`refused ${req.url ?? ''}: pages of ${origin} may not use this relay`);
        answer(false, 403, 'Forbidden');
      }
    },
  });

  server.on('connection', (webSocket, request) => {
    // Of a frame that is too long or malformed, `ws` closes by itself.
    webSocket.on('error', (error) => log(`closed ${request.url ?? ''}: ${error.message}`));
    if (server.clients.size > maximumConnections) {
      closeWith(webSocket, closeCode.tryAgainLater, 'too many connections');
      return;
    }
    const asked = parseRequest(request.url ?? '');
    serve(webSocket, asked).then(
      (octets) => log(`closed ${request.url ?? ''}: ${octets} octets`),
      (error) => {
        log(`refused ${request.url ?? ''}: ${error instanceof Error ? error.message : String(error)}`);
        closeWith(webSocket, codeFor(error), error instanceof Error ? error.message : '');
      },
    );
  });

  const serve = async (webSocket: WebSocket, asked: RelayRequest | undefined): Promise<number> => {
    if (asked?.kind === 'wisp') {
      return serveWisp(webSocket, { limits, maximumStreams: options.maximumStreams ?? 64, connect });
    }
    const address = asked?.kind === 'tcp' ? asked.address : options.target;
    if (asked === undefined || address === undefined) {
      throw new RefusedError('blocked', 'no target was named as host:port');
    }
    return serveTcp(webSocket, address);
  };

  const serveTcp = async (webSocket: WebSocket, address: Address): Promise<number> => {
    const givenUp = new AbortController();
    const waiting: Buffer[] = [];
    const keep = (data: RawData): void => {
      waiting.push(octetsOf(data));
      // One is as good as the hello that clients send at once; what follows waits in the socket.
      webSocket.pause();
    };
    webSocket.on('message', keep);
    const abort = (): void => givenUp.abort();
    webSocket.on('close', abort);
    const target = await connect(address, givenUp.signal).finally(() => {
      webSocket.off('message', keep);
      webSocket.off('close', abort);
      webSocket.resume();
    });
    if (givenUp.signal.aborted) {
      target.destroy();
      return 0;
    }
    return tunnel(webSocket, target, limits, waiting);
  };

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });
  const at = http.address();
  const listening = typeof at === 'object' && at !== null ? at.port : port;

  return {
    url: `ws://${host.includes(':') ? `[${host}]` : host}:${listening}`,
    get connections() {
      return server.clients.size;
    },
    close() {
      for (const webSocket of server.clients) webSocket.terminate();
      return new Promise((resolve) => {
        server.close(() => http.close(() => resolve()));
        http.closeAllConnections();
      });
    },
  };
}

function codeFor(error: unknown): number {
  if (!(error instanceof RefusedError)) return closeCode.internalError;
  return error.refusal === 'blocked' ? closeCode.policyViolation : closeCode.badGateway;
}
