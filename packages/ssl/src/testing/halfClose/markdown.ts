/** The half-close table for people, in Markdown; made of the data that the tests play. */
import {
  type Call,
  type Cell,
  type CellOfAll,
  calls,
  type Situation,
  type SituationName,
} from './specification.ts';

const names: Readonly<Record<Exclude<Call, 'nothing'>, string>> = {
  SHUT_RD: '`shutdown(SHUT_RD)`',
  SHUT_WR: '`shutdown(SHUT_WR)`',
  SHUT_RDWR: '`shutdown(SHUT_RDWR)`',
  close: '`close()`',
  unwrap: '`unwrap()`',
};

/** What a reader is told of an outcome. What is not here has no row in the README yet. */
const sentences: Readonly<Record<string, string>> = {
  // send
  ok: 'goes on',
  'waits → ok': 'goes on',
  EPIPE: '`EPIPE`',
  EBADF: '`EBADF`',
  // recv, and a recv that waits
  'later EOF': "goes on to the server's `close_notify`",
  'waits → later': 'goes on to wait',
  'waits → EOF': "ends with the server's `close_notify`",
  EOF: 'end of file',
  // the causes of death
  'SSLEOFError UNEXPECTED_EOF_WHILE_READING': '`SSLEOFError`',
  'SSLError TLSV1_ALERT_INTERNAL_ERROR': '`SSLError`, with the alert',
  'SSLError DECRYPTION_FAILED_OR_BAD_RECORD_MAC': '`SSLError`, with the alert',
  ECONNRESET: '`ECONNRESET`',
  // the carrier
  open: 'stays open',
  'half-closed': 'half-closes, if it can',
  'half-closed → closed': 'half-closes, if it can; closes when the server has closed',
  closed: 'closed',
};

/** What is on the wire, one by one. */
const sent: Readonly<Record<string, string>> = {
  'a lot': 'what `send` was given',
  'fatal bad_record_mac': 'the alert',
  close_notify: '`close_notify`',
  FIN: 'FIN',
};

function sentenceFor(outcome: string): string {
  const sentence = sentences[outcome];
  if (sentence === undefined) throw new Error(`there is no sentence for "${outcome}"`);
  return sentence;
}

/** What goes out because of the call itself: `hello` is what `send` was tried with. */
function wireFor(wire: string): string {
  const parts = Object.keys(sent).filter((part) => wire.includes(part));
  return parts.every((part) => part === 'a lot') ? 'nothing' : parts.map((part) => sent[part]).join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function find(situations: readonly Situation[], name: SituationName): Situation {
  const found = situations.find(({ situation }) => situation === name);
  if (found === undefined) throw new Error(`there is no situation "${name}"`);
  return found;
}

/** Both versions of one thing. */
function inBoth(cell: CellOfAll, tell: (cell: Cell) => string): string {
  const both = [tell(cell), tell({ ...cell, ...cell.tls12 })] as const;
  return both[0] === both[1] ? both[0] : `${both[0]}; in TLS 1.2 ${both[1]}`;
}

/** For the README: the calls on a connection in its best years, and what others can do to it. */
export function readmeTables(situations: readonly Situation[]): string {
  const established = find(situations, 'established');
  const receiving = find(situations, 'with a pending recv');
  const sending = find(situations, 'with a pending send under back-pressure');
  const ours = (['SHUT_WR', 'SHUT_RD', 'SHUT_RDWR', 'close', 'unwrap'] as const).map((call) => {
    const cell = established[call];
    const carrier = cell.gives?.endsWith('carrier') ? 'given back' : sentenceFor(cell.carrier);
    return [
      names[call],
      wireFor(sending[call].wire),
      sentenceFor(cell.send),
      sentenceFor(cell.recv),
      sentenceFor(receiving[call].pending ?? ''),
      carrier,
    ];
  });
  const others: readonly (readonly [SituationName, string])[] = [
    ["after the server's close_notify", "the server's `close_notify`"],
    ['after a truncated end', 'the carrier ends without it'],
    ['after a fatal alert of the server', 'a fatal alert of the server'],
    ['after a fatal alert of ours', 'a record that is forged'],
    ['after a reset', 'the carrier breaks'],
  ];
  const theirs = others.map(([situation, name]) => {
    const cell = find(situations, situation).nothing;
    return [
      name,
      inBoth(cell, ({ wire }) => wireFor(wire)),
      inBoth(cell, ({ send }) => sentenceFor(send)),
      inBoth(cell, ({ recv }) => sentenceFor(recv)),
      sentenceFor(cell.carrier),
    ];
  });
  return [
    table(
      ['we call', 'on the wire', '`send` after it', '`recv` after it', 'a `recv` that waits', 'the carrier'],
      ours,
    ),
    table(
      [
        'they do',
        'on the wire',
        '`send` after it',
        '`recv` after it, once what came before is read',
        'the carrier',
      ],
      theirs,
    ),
  ].join('\n\n');
}

/** All of it, as it is in the data. */
export function wholeTable(situations: readonly Situation[]): string {
  const code = (text: string | undefined): string => (text ? `\`${text}\`` : '');
  const differences = (what: string, cell: Partial<Cell> | undefined): string[] =>
    cell === undefined
      ? []
      : [
          `${what}: ${Object.entries(cell)
            .map(([name, value]) => `${name} ${code(value)}`)
            .join(', ')}`,
        ];
  const sections = situations.map(({ situation, ...cells }) => {
    const rows = calls.map((call) => {
      const cell = cells[call];
      return [
        call === 'nothing' ? 'nothing' : names[call],
        code(cell.gives),
        code(cell.pending),
        code(cell.send),
        code(cell.recv),
        code(cell.wire),
        code(cell.carrier),
        [...differences('TLS 1.2', cell.tls12), ...differences('whole carrier', cell.whole)].join('; '),
      ];
    });
    const head = ['call', 'gives', 'the call that waits', 'send', 'recv', 'wire', 'carrier', 'differs'];
    return `## ${situation[0]?.toUpperCase()}${situation.slice(1)}\n\n${table(head, rows)}`;
  });
  return sections.join('\n\n');
}
