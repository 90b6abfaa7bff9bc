import { NotImplementedError, ValueError } from './errors.ts';

/** What Python's contexts have, and a client's context of today does not: members that are there to say so. */
export abstract class ContextRefusals {
  /**
   * Always false: a name in the subject's common name counts for nothing (RFC 9525 section 2), and no public authority
   * issues a certificate without subjectAltName.
   * @throws ValueError where it is set to anything else
   */
  get hostnameChecksCommonName(): boolean {
    return false;
  }

  set hostnameChecksCommonName(check: boolean) {
    if (check !== false) throw new ValueError('a common name is never taken for a host name (RFC 9525)');
  }

  /** OpenSSL's name for what is always demanded of certificates here: keys of 112 bits of security, no SHA-1. */
  get securityLevel(): 2 {
    return 2;
  }

  /** Always 0: tickets are what servers send. @throws ValueError where it is set */
  get numTickets(): number {
    return 0;
  }

  set numTickets(_tickets: number) {
    throw new ValueError('SSLContext is not a server context.');
  }

  /** Always null: it is for servers. @throws ValueError where it is set to anything else */
  get sniCallback(): null {
    return null;
  }

  set sniCallback(callback: null) {
    if (callback !== null) throw new ValueError('sniCallback cannot be set on TLS_CLIENT context');
  }

  /** A server's call. @throws NotImplementedError always */
  setServernameCallback(): never {
    throw forServers('setServernameCallback');
  }

  /** A server's call. @throws NotImplementedError always */
  setPskServerCallback(): never {
    throw forServers('setPskServerCallback');
  }

  /** A server's call: a client takes the server's parameters. @throws NotImplementedError always */
  loadDhParams(): never {
    throw forServers('loadDhParams');
  }

  /** NPN was never a standard: `setAlpnProtocols` took its place. @throws NotImplementedError always */
  setNpnProtocols(): never {
    throw new NotImplementedError('there is no NPN: see setAlpnProtocols');
  }
}

function forServers(name: string): NotImplementedError {
  return new NotImplementedError(`${name} is for servers, and this is a client's context`);
}
