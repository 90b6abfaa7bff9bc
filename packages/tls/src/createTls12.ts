import { oncePerProvider } from './handshake/oncePerProvider.ts';
import { clientHandshake12 } from './handshake/tls12/clientHandshake12.ts';
import { cipherSuiteCodes, extensions12 } from './handshake/tls12/offer12.ts';
import { resolveParameters12, selectSuites12 } from './handshake/tls12/parameters12.ts';
import { refuseRenegotiation } from './handshake/tls12/renegotiation12.ts';
import { findResumption12 } from './handshake/tls12/resumption12.ts';
import type { Tls12, Tls12Options } from './tls12.ts';

/**
 * TLS 1.2 (RFC 5246), for the `tls12` of a configuration; good for any number of connections. Without `parts` it is ECDHE with
 * AEADs.
 */
export function createTls12(options: Tls12Options = {}): Tls12 {
  const suitesOf = oncePerProvider((crypto) => selectSuites12(crypto, options));
  return {
    prepare(config) {
      const parameters = resolveParameters12(config, options, suitesOf(config.crypto));
      return {
        cipherSuites: cipherSuiteCodes(parameters),
        groups: parameters.groups,
        signatureSchemes: parameters.schemes.map(({ code }) => code),
        findResumption: (session) => findResumption12(config, parameters, session),
        extensions: (resumption) => extensions12(config, parameters, resumption),
        handshake: (hellos, wire, secrets) => clientHandshake12(config, parameters, hellos, wire, secrets),
        afterHandshake: refuseRenegotiation,
      };
    },
  };
}
