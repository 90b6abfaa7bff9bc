/** What becomes of a handshake in which the server could not read the hidden ClientHello, RFC 9849 sections 6.1.6 and 6.1.7. */
import type { ClientConfig } from '../config.ts';
import { TLSError } from '../errors.ts';
import type { HelloExchange } from './helloExchange.ts';
import type { NamedConfig } from './serverAuthentication.ts';

/** Such a server has to be the public name, and does not learn who we are. */
export function configAfterHellos(
  config: ClientConfig,
  { ech, echOutcome }: Pick<HelloExchange, 'ech' | 'echOutcome'>,
): NamedConfig {
  if (echOutcome !== 'rejected' || ech?.type !== 'offer') return config;
  const { clientAuthentication, ...others } = config;
  return { ...others, serverName: ech.publicName, mustMatchName: true };
}

/** Once it has proved to be the public name: what it says about a next try can be believed. */
export function echRejected(retryConfigs: Uint8Array | undefined): TLSError {
  const advice =
    retryConfigs === undefined
      ? 'it has no key for it any more'
      : 'it has other keys for it, which are to be used in a new connection';
  return new TLSError(`the server could not decrypt the ClientHello: ${advice}`, {
    fault: 'negotiation',
    alert: 'ech_required',
    reason: 'ECH_REJECTED',
    retryConfigs: retryConfigs?.slice(),
  });
}
