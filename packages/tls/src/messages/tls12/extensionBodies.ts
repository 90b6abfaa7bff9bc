/** The contents of the extensions that only TLS 1.2 has. */
import { extensionTypes } from '../../protocol/extensionTypes.ts';
import type { Extension } from '../extension.ts';
import { extension, read } from '../extensionData.ts';

const nothing = new Uint8Array(0);

/** ECPointFormat of RFC 8422 section 5.1.2; there is no other any more. */
export const uncompressed = 0;

export function ecPointFormatsExtension(formats: readonly number[]): Extension {
  return extension(extensionTypes.ecPointFormats, (writer) =>
    writer.vector8(() => {
      for (const format of formats) writer.uint8(format);
    }),
  );
}

export function readEcPointFormats(data: Uint8Array): number[] {
  return read(data, 'ec_point_formats', (reader) => [...reader.vector8(1)]);
}

/** RFC 7366 section 2: empty, both ways. */
export function encryptThenMacExtension(): Extension {
  return { type: extensionTypes.encryptThenMac, data: nothing };
}

/** RFC 7627 section 5.1: empty, both ways. */
export function extendedMasterSecretExtension(): Extension {
  return { type: extensionTypes.extendedMasterSecret, data: nothing };
}

/** RFC 5077 section 3.2: the ticket, or nothing to ask for one. */
export function sessionTicketExtension(ticket: Uint8Array = nothing): Extension {
  return { type: extensionTypes.sessionTicket, data: ticket };
}

/** RFC 5746 section 3.2. In a first handshake it is empty. */
export function renegotiationInfoExtension(renegotiatedConnection: Uint8Array = nothing): Extension {
  return extension(extensionTypes.renegotiationInfo, (writer) =>
    writer.vector8(() => writer.bytes(renegotiatedConnection)),
  );
}

export function readRenegotiationInfo(data: Uint8Array): Uint8Array {
  return read(data, 'renegotiation_info', (reader) => reader.vector8());
}
