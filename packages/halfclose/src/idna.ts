import tr46 from 'tr46';

/**
 * The A-labels of a host name with characters outside of ASCII, for platforms whose `URL` doesn't know IDNA:
 * `new SSLContext(PROTOCOL_TLS_CLIENT, { toASCII })`. By UTS #46 as the URL Standard applies it ("domain to ASCII").
 * @returns '' for what is no host name
 */
export function toASCII(name: string): string {
  return tr46.toASCII(name, { checkBidi: true, checkJoiners: true }) ?? '';
}
