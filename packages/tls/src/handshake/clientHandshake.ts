import type { ClientConfig } from '../config.ts';
import { clientHandshake13, type Established13 } from './clientHandshake13.ts';
import { exchangeHellos } from './helloExchange.ts';
import type { Parameters } from './parameters.ts';
import { createHandshakeSecrets } from './secrets.ts';
import type { Steps } from './steps.ts';
import type { Established12 } from './tls12/established12.ts';
import type { HandshakeWire12 } from './tls12/wire12.ts';

/** What remains when a handshake is done. */
export type Established = Established13 | Established12;

/** Both hellos, and then the handshake of the version that they agreed on. */
export function* clientHandshake(
  config: ClientConfig,
  parameters: Parameters,
  wire: HandshakeWire12,
): Steps<Established> {
  const secrets = createHandshakeSecrets();
  try {
    const hellos = yield* exchangeHellos(config, parameters, wire, secrets);
    return hellos.version === 'TLSv1.3'
      ? yield* clientHandshake13(config, parameters, wire, secrets, hellos)
      : yield* hellos.tls12.handshake(hellos, wire, secrets);
  } finally {
    secrets.wipe();
  }
}
