/**
 * Whether a page of an origin (RFC 6454) may use the relay.
 * @param origins undefined for those of this machine
 * @throws TypeError for what is no origin
 */
export function createOriginList(
  origins: readonly string[] | undefined,
): (origin: string | undefined) => boolean {
  const named = new Set(origins?.map((origin) => (origin === '*' ? origin : parseOrigin(origin))));
  return (origin) => {
    // Not a page: whoever runs programs on a machine needs no relay to reach its network.
    if (origin === undefined || origin === '') return true;
    if (origins === undefined) return isOfThisMachine(origin);
    return named.has('*') || named.has(origin);
  };
}

function parseOrigin(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : 'null';
  if (origin === 'null')
    throw new TypeError(`${JSON.stringify(text)} is no origin, as in https://app.example`);
  return origin;
}

function isOfThisMachine(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname) || hostname.endsWith('.localhost');
}
