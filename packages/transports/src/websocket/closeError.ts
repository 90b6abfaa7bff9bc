import { type SystemErrorCode, systemError } from '../systemError.ts';

/** What the codes of RFC 6455 section 7.4.1, and those registered since, come nearest to. */
const codes: ReadonlyMap<number, readonly [SystemErrorCode, string]> = new Map([
  [1001, ['ECONNABORTED', 'the other side goes away']],
  [1002, ['EPROTO', 'the other side found a protocol error']],
  [1003, ['EPROTO', 'the other side takes no binary messages']],
  [1006, ['ECONNRESET', 'it broke without a closing handshake']],
  [1007, ['EPROTO', 'the other side found a malformed message']],
  [1008, ['EACCES', 'the other side forbids it']],
  [1009, ['EMSGSIZE', 'a message was too long for the other side']],
  [1010, ['EPROTO', 'an extension was expected']],
  [1011, ['ECONNABORTED', 'the other side failed']],
  [1012, ['ECONNABORTED', 'the other side starts anew']],
  [1013, ['ECONNABORTED', 'the other side has too much to do']],
  [1014, ['EHOSTUNREACH', 'a gateway could not reach the target']],
  [1015, ['ECONNABORTED', 'its own TLS handshake failed']],
]);

/**
 * What the end of a WebSocket means; undefined for one in order: 1000, and 1005 where nobody gave a code. Whether what runs
 * over it was ended in order is for that to say.
 */
export function closeError(code: number, reason: string, cause?: unknown): Error | undefined {
  if (code === 1000 || code === 1005) return undefined;
  const [name, words] = codes.get(code) ?? ['ECONNRESET', 'for a reason of its own'];
  const said = reason === '' ? '' : ` and says ${JSON.stringify(reason)}`;
  return systemError(name, `the WebSocket was closed with ${code}, ${words}${said}`, cause);
}
