/** What a check is, and what it is given. All of it runs in each runtime, so nothing of any platform is used. */
import type { AbortSignalLike, Platform, SSLContext, Transport } from '@halfclose/ssl';

/** What a runtime brings. */
export interface World {
  /** @param parts to put in the place of the platform's own */
  createContext(parts?: Partial<Platform>): SSLContext;
  /** A byte stream to a port of the machine that runs the tests. */
  connectTo(port: number): Promise<Transport>;
  /** True where the byte stream ends as a whole once the server has ended its half. */
  readonly endsAsOne?: boolean;
  /** The platform's AbortController; undefined where it has none. */
  newAbort?(): Abort;
  /** As in `Platform`. Undefined where time doesn't pass, so that nobody can wait for its end. */
  readonly setTimer?: Platform['setTimer'];
}

export interface Abort {
  readonly signal: AbortSignalLike;
  abort(reason: Error): void;
}

/** What runs on that machine. */
export interface Setting {
  /** PEM. */
  readonly authority: string;
  /** A client's certificate and its private key, PEM. */
  readonly clientCredential: string;
  /** Its common name. */
  readonly clientName: string;
  readonly ports: Ports;
  /** Octets to send there and back. */
  readonly octets: number;
  /** Octets that the servers for downloads send, and their SHA-256 in hexadecimal. */
  readonly downloadOctets: number;
  readonly downloadDigest: string;
}

export interface Ports {
  /** Answer with what came, once the client has ended its side; speak `h2` and `http/1.1`. */
  readonly echo13: number;
  readonly echo12: number;
  /** Echo too: with an RSA key; with P-384 as the one group. */
  readonly rsa: number;
  readonly retrying: number;
  /** Answer at once with what comes. */
  readonly mirror13: number;
  readonly mirror12: number;
  /** See `witness.ts`. */
  readonly witness13: number;
  readonly witness12: number;
  /** Ask for a certificate, refuse who has none, and answer with its common name. */
  readonly client13: number;
  readonly client12: number;
  /** Certificates that are to be refused. */
  readonly otherName: number;
  readonly expired: number;
  readonly notYetValid: number;
  readonly otherAuthority: number;
  readonly selfSigned: number;
  /** Send `truncated` and cut the connection without close_notify. */
  readonly truncating13: number;
  readonly truncating12: number;
  /** Cuts it in the middle of a record. */
  readonly cutting: number;
  /** Cuts it when it has seen a ClientHello. */
  readonly hangingUp: number;
  /** Takes a connection and says nothing. */
  readonly silent: number;
  /** Send octets and end, over TLS 1.3 and in clear. */
  readonly download: number;
  readonly plainDownload: number;
  /** Echoes; of groups it has X25519MLKEM768 alone. Absent where Node 24 can't be had. */
  readonly hybrid?: number;
  /** `openssl s_server -rev`; absent where there is no OpenSSL. */
  readonly openssl13?: number;
  readonly openssl12?: number;
}

export interface Outcome {
  readonly name: string;
  /** What was wrong; undefined where it held. */
  readonly trouble?: string;
  /** Why it was not tried; undefined where it was. */
  readonly leftOut?: string;
  /** What was measured. */
  readonly note?: string;
  /** Where it stands for a file of tests: how many there are. */
  readonly tests?: { readonly passed: number; readonly failed: number; readonly skipped: number };
}

export type Check = (world: World, setting: Setting) => Promise<void>;
export type NamedCheck = readonly [name: string, check: Check];

/** Thrown by a check that can't be tried here. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut';
}
