import { readFileSync } from 'node:fs';

/** A test of BoringSSL's runner that concerns a client. */
export interface BogoTest {
  readonly name: string;
  /** `c-` core, `o-` optional features, `x-` what most implementations leave out; then what it is about. */
  readonly category: string;
  /** What the connection speaks, or is at most to speak. */
  readonly version: 'TLS 1.2' | 'TLS 1.3';
  /** What the shim is asked for: names of flags without dashes, and without the connection that they are for. */
  readonly flags: readonly string[];
}

/** The list, tab-separated, with a line of titles. */
export function readTestList(path: string): readonly BogoTest[] {
  const [titles = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const column = (title: string): number => titles.split('\t').indexOf(title);
  const [name, category] = [column('name'), column('category')];
  const versions = [column('maxVersion'), column('expectVersion')];
  const flags = column('flags');
  return lines.map((line) => {
    const fields = line.split('\t');
    return {
      name: fields[name] ?? '',
      category: fields[category] ?? '',
      version: versions.some((index) => fields[index] === '0303') ? 'TLS 1.2' : 'TLS 1.3',
      flags: (fields[flags] ?? '').split(' ').map((flag) => flag.replace(/^-(on-[a-z]+-)?/, '')),
    };
  });
}
