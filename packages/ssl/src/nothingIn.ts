import { SSLError } from './errors.ts';

export function nothingIn(source: string): SSLError {
  const details = { library: 'X509', reason: 'NO_CERTIFICATE_OR_CRL_FOUND' };
  return new SSLError(`there is no certificate in ${source}`, details);
}
