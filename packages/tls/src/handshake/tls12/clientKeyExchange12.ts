/** ClientKeyExchange and the premaster secret behind it, RFC 5246 section 7.4.7. */
import type { GroupName } from '@halfclose/crypto';
import { local } from '../../endings.ts';
import { Writer } from '../../wire/writer.ts';
import type { Steps } from '../steps.ts';
import type { SuiteAlgorithms12 } from './parameters12.ts';
import type { ExchangeContext12 } from './parts12.ts';
import type { ServerKeys } from './serverKeyExchange12.ts';

export interface AgreedKey {
  /** Of the ClientKeyExchange. */
  readonly body: Uint8Array;
  /** Secret. */
  readonly premaster: Uint8Array;
  readonly group: GroupName | undefined;
  /** The identity of the pre-shared key that was used. */
  readonly pskIdentity: Uint8Array | undefined;
}

export function* exchangeKeys12(
  context: ExchangeContext12,
  { name, authentication }: SuiteAlgorithms12,
  { exchange, pskHint }: ServerKeys,
): Steps<AgreedKey> {
  const { parameters, secrets } = context;
  const exchanged = exchange && (yield* exchange(context));
  const group = exchanged?.group;
  const body = new Writer();
  if (authentication === 'PSK' && parameters.psk !== undefined) {
    const { premaster, identity } = yield* parameters.psk.add(exchanged, pskHint, body);
    return { body: body.finish(), premaster: secrets.keep(premaster), group, pskIdentity: identity };
  }
  if (exchanged === undefined) throw local('INVALID_STATE', `${name} has no key exchange`);
  exchanged.write(body);
  return { body: body.finish(), premaster: exchanged.secret, group, pskIdentity: undefined };
}
