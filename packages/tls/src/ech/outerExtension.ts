import type { Extension } from '../messages/extension.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { Writer } from '../wire/writer.ts';

/** ECHClientHello of the type outer, RFC 9849 section 5. */
export interface OuterEch {
  readonly kdfId: number;
  readonly aeadId: number;
  readonly configId: number;
  /** The encapsulated key; empty after a HelloRetryRequest. */
  readonly enc: Uint8Array;
  readonly payload: Uint8Array;
}

export function outerEchExtension({ kdfId, aeadId, configId, enc, payload }: OuterEch): Extension {
  const writer = new Writer();
  writer
    .uint8(0)
    .uint16(kdfId)
    .uint16(aeadId)
    .uint8(configId)
    .vector16(() => writer.bytes(enc))
    .vector16(() => writer.bytes(payload));
  return { type: extensionTypes.encryptedClientHello, data: writer.finish() };
}
