import { systemError, ValueError } from './errors.ts';
import { kindOf } from './kindOf.ts';
import type { Address } from './transport.ts';

/**
 * What a connector makes of a missing host may be this very machine, so none is asked.
 * @throws TypeError, ValueError
 */
export function checkAddress(address: Address): void {
  if (!Array.isArray(address)) throw new TypeError('an address must be an array of host and port');
  const [host, port]: readonly unknown[] = address;
  if (typeof host !== 'string') {
    throw new TypeError(`the host of an address must be a string, not ${kindOf(host)}`);
  }
  if (host === '') throw new ValueError('the host of an address must not be empty');
  if (typeof port !== 'number') {
    throw new TypeError(`the port of an address must be a number, not ${kindOf(port)}`);
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ValueError(`port must be 0 to 65535, not ${port}`);
  }
}

/** @throws OSError `EOPNOTSUPP` where there is none */
export function known(address: Address | undefined): Address {
  if (address === undefined) throw systemError('EOPNOTSUPP', 'the carrier has no addresses');
  return address;
}
