import type { SSLContext } from './context.ts';
import { SSLError } from './errors.ts';
import { DERCertToPEMCert } from './pemCertificates.ts';
import type { Address, WrappableSocket } from './transport.ts';

/**
 * Connects, does the handshake, and tells what certificate the server showed, in PEM. For those who have their own
 * `getServerCertificate`.
 * @param context decides whether it is verified
 * @param timeout seconds; null for none
 * @throws OSError where there is no connection; SSLError where there is no handshake, or no certificate
 */
export async function fetchServerCertificate(
  context: SSLContext,
  socket: WrappableSocket,
  address: Address,
  timeout: number | null,
): Promise<string> {
  const [serverHostname] = address;
  const wrapped = context.wrapSocket(socket, { serverHostname });
  try {
    wrapped.settimeout(timeout);
    await wrapped.connect(address);
    const certificate = wrapped.getPeerCert({ binary: true });
    if (certificate === null) {
      throw new SSLError('the server showed no certificate', { reason: 'NO_CERTIFICATE_SET' });
    }
    return DERCertToPEMCert(certificate);
  } finally {
    await wrapped.close();
  }
}
