import type { Target } from './model.ts';

/** `example.com`, `example.com:8443` or `[2001:db8::1]:443`. @throws RangeError for what is none of these */
export function parseHost(text: string): Pick<Target, 'host' | 'port' | 'name'> {
  const [, bracketed, plain, digits = '443'] =
    /^(?:\[([^\]]+)\]|([^:\s/]+))(?::(\d+))?$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new RangeError(`“${text}” is not a host name with or without a port, such as example.com:443`);
  }
  return { host, port, name: host };
}
