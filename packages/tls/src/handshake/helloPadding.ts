import { type ClientHello, clientHelloLength } from '../messages/clientHello.ts';
import { handshakeHeaderLength } from '../messages/handshakeMessage.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';

/**
 * RFC 7685 section 1: there are servers that hang on a hello of 256 to 511 octets, so that one is made 512 octets long.
 * @param more octets that will follow at the end of the extensions
 */
export function padHello(hello: ClientHello, more: number): ClientHello {
  const length = handshakeHeaderLength + clientHelloLength(hello) + more;
  if (length < 256 || length > 511) return hello;
  // The extension's own header is four octets; an empty one at the end of a hello is what other servers don't take.
  const padding = new Uint8Array(Math.max(1, 512 - length - 4));
  return { ...hello, extensions: [...hello.extensions, { type: extensionTypes.padding, data: padding }] };
}
