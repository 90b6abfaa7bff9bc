import type { ClientConnection } from '@halfclose/tls';
import { SSLError } from './errors.ts';

/**
 * For whatever would go on after early data as if the server had taken it, or would wait for an answer to it.
 * @throws SSLError `EARLY_DATA_REJECTED`
 */
export function requireNothingRejected({ rejectedEarlyData }: ClientConnection): void {
  if (rejectedEarlyData === 0) return;
  throw new SSLError(
    `the server rejected ${rejectedEarlyData} octets of early data: takeRejectedEarlyData gives them back, and the connection goes on from there`,
    { reason: 'EARLY_DATA_REJECTED' },
  );
}
