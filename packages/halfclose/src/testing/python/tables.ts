import { bioMembers, contextMembers, objectMembers, sessionMembers } from './context.ts';
import type { Member } from './member.ts';
import { classes, constants, errorMembers, functions } from './module.ts';
import { socketMembers } from './socket.ts';

export interface Table {
  readonly title: string;
  readonly members: readonly Member[];
}

/** All of Python's ssl, in the order of the page. */
export const tables = {
  SSLContext: { title: 'SSLContext', members: contextMembers },
  SSLSocket: { title: 'SSLSocket', members: socketMembers },
  SSLObject: { title: 'SSLObject', members: objectMembers },
  MemoryBIO: { title: 'MemoryBIO', members: bioMembers },
  SSLSession: { title: 'SSLSession', members: sessionMembers },
  classes: { title: 'Classes', members: classes },
  errors: { title: 'Members of errors', members: errorMembers },
  functions: { title: 'Functions', members: functions },
  constants: { title: 'Constants and enums', members: constants },
} as const satisfies Record<string, Table>;

const begin = '<!-- made by "pnpm coming-from-python" from packages/halfclose/src/testing/python -->';
const end = '<!-- end of what is made -->';

/** A page with the tables as the data has them. @throws Error where it lacks the place for them */
export function withTables(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page lacks the lines ${begin} and ${end}`);
  const made = Object.values(tables).map(markdown).join('\n\n');
  return `${page.slice(0, from)}${begin}\n\n${made}\n\n${page.slice(to)}`;
}

function markdown({ title, members }: Table): string {
  const counts = ['same', 'different', 'refused', 'absent'].map(
    (fate) => `${members.filter((member) => member.fate === fate).length} ${fate}`,
  );
  const rows = members.map(row);
  return [
    `## ${title}`,
    '',
    `${counts.join(', ')}.`,
    '',
    '| Python | here | | |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function row({ python, ours, fate, note, since, until }: Member): string {
  const versions = since === undefined ? until && `to ${until}` : `from ${since} on`;
  const name = versions === undefined ? `\`${python}\`` : `\`${python}\` (${versions})`;
  return `| ${name} | ${ours === null ? '' : `\`${ours}\``} | ${fate} | ${note} |`;
}
