/** The server's side of Encrypted Client Hello, RFC 9849. */
import { hkdfExtract } from '@halfclose/crypto';
import {
  type ClientHello,
  decodeClientHello,
  type Extension,
  encodeClientHello,
  encodeServerHello,
  expandLabel,
  extensionTypes,
  findExtension,
  type HandshakeMessage,
  handshakeMessage,
  handshakeTypes,
  Reader,
  type ServerHello,
  type Transcript,
  Writer,
} from '@halfclose/tls/codec';
import { generateHpkeKeys, type HpkeKeyPair, type HpkeOpener, openHpke } from './hpke.ts';
import type { Suite } from './secrets.ts';

/** What an ECHConfig says. All is optional; what is left out is right. */
export interface EchConfigFields {
  readonly version: number;
  readonly configId: number;
  readonly kemId: number;
  readonly publicKey: Uint8Array;
  /** A KDF and an AEAD each. */
  readonly suites: readonly (readonly [kdfId: number, aeadId: number])[];
  readonly maximumNameLength: number;
  readonly publicName: string;
  readonly extensions: readonly Extension[];
}

/** A key, and the configuration that says so. */
export interface EchKeys {
  readonly keys: HpkeKeyPair;
  readonly suites: EchConfigFields['suites'];
  /** One ECHConfig. */
  readonly config: Uint8Array;
  /** An ECHConfigList of that one. */
  readonly list: Uint8Array;
}

/** HKDF-SHA256 and AES-128-GCM. */
const commonSuites: EchConfigFields['suites'] = [[1, 1]];

export function createEchKeys(fields: Partial<EchConfigFields> = {}): EchKeys {
  const keys = generateHpkeKeys();
  const config = encodeEchConfig({ publicKey: keys.publicKey, ...fields });
  return { keys, suites: fields.suites ?? commonSuites, config, list: encodeEchConfigList([config]) };
}

export function encodeEchConfig(fields: Partial<EchConfigFields>): Uint8Array {
  const writer = new Writer();
  const { suites = commonSuites, extensions = [] } = fields;
  return writer
    .uint16(fields.version ?? extensionTypes.encryptedClientHello)
    .vector16(() => {
      writer
        .uint8(fields.configId ?? 7)
        .uint16(fields.kemId ?? 0x0020)
        .vector16(() => writer.bytes(fields.publicKey ?? new Uint8Array(32).fill(9)))
        .vector16(() => {
          for (const [kdfId, aeadId] of suites) writer.uint16(kdfId).uint16(aeadId);
        })
        .uint8(fields.maximumNameLength ?? 0)
        .vector8(() => writer.bytes(Buffer.from(fields.publicName ?? 'public.example')))
        .vector16(() => {
          for (const { type, data } of extensions) writer.uint16(type).vector16(() => writer.bytes(data));
        });
    })
    .finish();
}

export function encodeEchConfigList(configs: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer();
  return writer
    .vector16(() => {
      for (const config of configs) writer.bytes(config);
    })
    .finish();
}

/** What a client sent by way of encrypted_client_hello, section 5. */
export interface ReceivedEch {
  readonly kdfId: number;
  readonly aeadId: number;
  readonly configId: number;
  readonly enc: Uint8Array;
  readonly payload: Uint8Array;
}

/** Undefined where there is none, or the one of a hidden hello. */
export function receivedEch(hello: ClientHello): ReceivedEch | undefined {
  const extension = findExtension(hello.extensions, extensionTypes.encryptedClientHello);
  if (extension === undefined || extension.data[0] !== 0) return undefined;
  const reader = new Reader(extension.data.subarray(1), 'encrypted_client_hello');
  const [kdfId, aeadId, configId] = [reader.uint16(), reader.uint16(), reader.uint8()];
  const received = { kdfId, aeadId, configId, enc: reader.vector16(), payload: reader.vector16(1) };
  reader.end();
  return received;
}

/** Reads hidden hellos: the first one with its key, the second one with what the first one left. */
export interface EchReader {
  /**
   * The hidden ClientHello, or undefined where there is none for this key.
   * @throws Error where it is not encoded as section 5.1 has it
   */
  read(message: HandshakeMessage): HandshakeMessage | undefined;
  /** Octets of the last EncodedClientHelloInner. */
  readonly encodedLength: number;
}

export function createEchReader({ keys, suites, config }: EchKeys): EchReader {
  let open: HpkeOpener | undefined;
  let encodedLength = 0;
  return {
    get encodedLength() {
      return encodedLength;
    },
    read(message) {
      // The body is copied: what is sealed is bound to it with zeros where it stands (section 5.2).
      const body = message.body.slice();
      const outer = decodeClientHello(body);
      const received = receivedEch(outer);
      if (received === undefined) return undefined;
      const { kdfId, aeadId, enc, payload } = received;
      // Section 7.1: a suite that the configuration does not have is another key's, or grease.
      if (!suites.some(([kdf, aead]) => kdf === kdfId && aead === aeadId)) return undefined;
      if (enc.length > 0) {
        const info = Buffer.concat([Buffer.from('tls ech\0'), config]);
        open = openHpke(keys, aeadId, enc, info);
      }
      const sealed = payload.slice();
      payload.fill(0);
      const encoded = open?.(body, sealed);
      if (encoded === undefined) return undefined;
      encodedLength = encoded.length;
      return handshakeMessage(handshakeTypes.clientHello, encodeClientHello(expanded(encoded, outer)));
    },
  };
}

/** Section 5.1, backwards. */
function expanded(encoded: Uint8Array, outer: ClientHello): ClientHello {
  const reader = new Reader(encoded, 'EncodedClientHelloInner');
  reader.bytes(2 + 32);
  if (reader.vector8().length > 0) throw new Error('the hidden hello repeats the session identifier');
  reader.vector16();
  reader.vector8();
  reader.vector16();
  const padding = reader.rest();
  if (padding.some((octet) => octet !== 0)) throw new Error('the padding of the hidden hello is not zero');
  const hello = decodeClientHello(encoded.subarray(0, encoded.length - padding.length));
  return {
    ...hello,
    legacySessionId: outer.legacySessionId,
    extensions: hello.extensions.flatMap((extension) =>
      extension.type === 0xfd00 ? referenced(extension.data, outer) : [extension],
    ),
  };
}

function referenced(data: Uint8Array, outer: ClientHello): Extension[] {
  const types = new Reader(new Reader(data, 'ech_outer_extensions').vector8(2), 'ech_outer_extensions');
  const found: Extension[] = [];
  let from = 0;
  while (types.remaining > 0) {
    const type = types.uint16();
    const at = outer.extensions.findIndex((extension, index) => index >= from && extension.type === type);
    const extension = outer.extensions[at];
    if (extension === undefined)
      throw new Error(`extension ${type} is not there to be referenced, or out of order`);
    found.push(extension);
    from = at + 1;
  }
  return found;
}

/** The confirmation that the hidden hello was read, section 7.2. @param before the messages before the answer */
export function echConfirmation(
  { hash }: Suite,
  label: 'ech accept confirmation' | 'hrr ech accept confirmation',
  inner: ClientHello,
  before: Transcript,
  answer: ServerHello,
): Uint8Array {
  const message = handshakeMessage(handshakeTypes.serverHello, encodeServerHello(answer));
  const secret = hkdfExtract(hash, new Uint8Array(hash.outputLength), inner.random);
  return expandLabel(hash, secret, label, before.digestWith(message.encoded), 8);
}
