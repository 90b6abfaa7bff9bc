/** What each octet of a message means. Nothing of the engine imports this. */

import type { ObservedMessage } from '../messageObserver.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import {
  alert,
  applicationData,
  changeCipherSpec,
  handshakeShape,
  helloRetryRequest,
  type MessageShape,
  serverHello,
} from './messages.ts';
import { type Annotation, readMessage } from './read.ts';
import { handshakeTypeNames } from './registries.ts';
import { code, opaque, type Shape, struct, vector } from './shape.ts';

export type { Annotation } from './read.ts';

/** What has to be known of a message: `onMessage` tells it. */
export type AnnotatedMessage = Pick<ObservedMessage, 'contentType' | 'version' | 'octets'>;

/**
 * Reads the messages of one connection, in their order: what is in TLS 1.2's key exchange depends on the ServerHello before it.
 * Never throws, whatever the octets are; what can't be read says so in the `problem` of its part. The leaves of a tree are all
 * of the message's octets, each once.
 */
export function createAnnotator(): (message: AnnotatedMessage) => Annotation {
  let suite: number | undefined;
  return ({ contentType, version, octets }) => {
    if (contentType !== 'handshake') {
      const { name, body } = others[contentType];
      return readMessage(name, octets, body);
    }
    const type = octets[0] ?? -1;
    const shape = type === handshakeTypes.serverHello ? hello(octets) : handshakeShape(type, version, suite);
    if (shape === serverHello) suite = suiteOf(octets);
    return withoutBody(readMessage(shape?.name ?? 'Handshake', octets, handshake(shape?.body ?? opaque())));
  };
}

const others: Readonly<Record<Exclude<ObservedMessage['contentType'], 'handshake'>, MessageShape>> = {
  alert,
  change_cipher_spec: changeCipherSpec,
  application_data: applicationData,
};

/** RFC 8446 section 4. */
function handshake(body: Shape): Shape {
  return struct({ msg_type: code(1, handshakeTypeNames), body: vector(3, body) });
}

/** The body's parts stand beside the type and the length before them. */
function withoutBody(message: Annotation): Annotation {
  const isBody = ({ name }: Annotation): boolean => name === 'body';
  const body = message.children.find(isBody);
  return {
    ...message,
    problem: body?.problem,
    children: message.children.flatMap((part) => (isBody(part) ? part.children : [part])),
  };
}

/** Octets before the random: the header, and a version. */
const randomAt = 6;
/** SHA-256 of "HelloRetryRequest", RFC 8446 section 4.1.3. */
const retryRandom = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

function hello(octets: Uint8Array): MessageShape {
  const random = Array.from(octets.subarray(randomAt, randomAt + 32), (octet) =>
    octet.toString(16).padStart(2, '0'),
  ).join('');
  return random === retryRandom ? helloRetryRequest : serverHello;
}

function suiteOf(octets: Uint8Array): number | undefined {
  const at = randomAt + 32 + 1 + (octets[randomAt + 32] ?? 0);
  const [high, low] = octets.subarray(at, at + 2);
  return high === undefined || low === undefined ? undefined : high * 256 + low;
}
