const numbers = new Intl.NumberFormat('en');
const dates = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });

export function count(value: number): string {
  return numbers.format(value);
}

/** `1 record`, `2 records`. */
export function plural(value: number, one: string): string {
  return `${count(value)} ${one}${value === 1 ? '' : 's'}`;
}

export function milliseconds(value: number): string {
  return value < 10_000 ? `${count(Math.round(value))} ms` : `${(value / 1000).toFixed(1)} s`;
}

/** A host and its port, as one writes them. */
export function place(name: string, port: number): string {
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}

export function date(value: number): string {
  return dates.format(value);
}

export function hex(octets: Uint8Array, separator = ''): string {
  return Array.from(octets, octetText).join(separator);
}

export function octetText(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}

/** Text as it was typed, without the end of its lines. */
export function lines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '');
}
