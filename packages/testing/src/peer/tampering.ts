/** Ways to spoil a message, for `tamper`, and a flight, for `flight`. */
import {
  decodeCertificate,
  decodeCertificateRequest,
  decodeEncryptedExtensions,
  decodeNewSessionTicket,
  decodeServerHello,
  type Extension,
  encodeCertificate,
  encodeCertificateRequest,
  encodeEncryptedExtensions,
  encodeNewSessionTicket,
  encodeServerHello,
  type HandshakeMessage,
  handshakeMessage,
  handshakeTypes,
  type ServerHello,
} from '@halfclose/tls/codec';
import type { FlightStep, Tamper } from './options.ts';

/** A flight with something more right after a step of it. */
export function insertAfter(
  steps: readonly FlightStep[],
  step: FlightStep,
  ...more: readonly FlightStep[]
): readonly FlightStep[] {
  return upTo(steps, step).concat(more, steps.slice(steps.indexOf(step) + 1));
}

/** A flight that ends with a step of it. */
export function upTo(steps: readonly FlightStep[], step: FlightStep): FlightStep[] {
  const index = steps.indexOf(step);
  if (index < 0) throw new RangeError(`the flight has no step ${String(step)}`);
  return steps.slice(0, index + 1);
}

/** Not sent at all. */
export const drop: Tamper = () => [];

/** Sent twice. */
export const duplicate: Tamper = (message) => [message, message];

/** Another body under the same type. */
export function body(
  replace: (body: Uint8Array) => Uint8Array,
): (message: HandshakeMessage) => HandshakeMessage {
  return (message) => handshakeMessage(message.type, replace(message.body));
}

/** The same bytes with one bit the other way; a negative index counts from the end. */
export function flipBit(index: number, bit = 0): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    const flipped = bytes.slice();
    const at = index < 0 ? bytes.length + index : index;
    if (at < 0 || at >= bytes.length) throw new RangeError(`there is no octet ${index} of ${bytes.length}`);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
    return flipped;
  };
}

/** A ServerHello or HelloRetryRequest with other fields. */
export function helloFields(
  fields: Partial<ServerHello> | ((hello: ServerHello) => Partial<ServerHello>),
): (message: HandshakeMessage) => HandshakeMessage {
  return body((bytes) => {
    const hello = decodeServerHello(bytes);
    return encodeServerHello({ ...hello, ...(typeof fields === 'function' ? fields(hello) : fields) });
  });
}

export type ExtensionsEdit = (extensions: readonly Extension[]) => readonly Extension[];

/** Other extensions, in any message that has some; in a Certificate those of its first certificate. */
export function extensions(edit: ExtensionsEdit): (message: HandshakeMessage) => HandshakeMessage {
  return (message) => handshakeMessage(message.type, withExtensions(message, edit));
}

/** One extension more, or instead of that of its type. */
export function extension(type: number, data: Uint8Array | readonly number[] = []): Tamper {
  const added = { type, data: Uint8Array.from(data) };
  return extensions((present) => [...present.filter((each) => each.type !== type), added]);
}

export function withoutExtension(type: number): Tamper {
  return extensions((present) => present.filter((each) => each.type !== type));
}

function withExtensions(message: HandshakeMessage, edit: ExtensionsEdit): Uint8Array {
  switch (message.type) {
    case handshakeTypes.serverHello: {
      const hello = decodeServerHello(message.body);
      return encodeServerHello({ ...hello, extensions: edit(hello.extensions) });
    }
    case handshakeTypes.encryptedExtensions:
      return encodeEncryptedExtensions(edit(decodeEncryptedExtensions(message.body)));
    case handshakeTypes.certificateRequest: {
      const request = decodeCertificateRequest(message.body);
      return encodeCertificateRequest({ ...request, extensions: edit(request.extensions) });
    }
    case handshakeTypes.certificate: {
      const { certificateRequestContext, certificateList } = decodeCertificate(message.body);
      return encodeCertificate({
        certificateRequestContext,
        certificateList: certificateList.map((entry, i) =>
          i > 0 ? entry : { ...entry, extensions: edit(entry.extensions) },
        ),
      });
    }
    case handshakeTypes.newSessionTicket: {
      const ticket = decodeNewSessionTicket(message.body);
      return encodeNewSessionTicket({ ...ticket, extensions: edit(ticket.extensions) });
    }
    default:
      throw new TypeError(`a message of type ${message.type} has no extensions`);
  }
}
