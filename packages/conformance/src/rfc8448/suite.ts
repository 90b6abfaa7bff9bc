import type { Session } from '@halfclose/tls';
import type { Case, Suite } from '../runner/suite.ts';
import { replay } from './replay.ts';
import { field, readTraces, requireSame, type Trace } from './trace.ts';

/**
 * The example handshakes of RFC 8448, played against the engine: every record of the client octet for octet, and every
 * secret that its key log tells.
 */
export const rfc8448: Suite = {
  name: 'rfc8448',
  source: { option: 'file', path: '../shared/vectors/rfc8448-traces.json' },
  waivers: [],
  *cases(path) {
    const traces = readTraces(path);
    for (const trace of traces) yield caseOf(trace, traces);
  },
};

function caseOf(trace: Trace, traces: readonly Trace[]): Case {
  return {
    id: `section-${trace.section}/${trace.title.toLowerCase().replaceAll(' ', '-')}`,
    run() {
      const { keyLog } = replay(trace, resumedBy(trace, traces));
      checkSecrets(trace, keyLog);
    },
  };
}

/** The session that the trace before it began, where it resumes one. */
function resumedBy(trace: Trace, traces: readonly Trace[]): Session | undefined {
  if (!trace.title.startsWith('Resumed')) return undefined;
  const before = traces[traces.indexOf(trace) - 1];
  const session = before && replay(before).sessions.at(-1);
  if (session === undefined) throw new Error(`there is no session for section ${trace.section} to resume`);
  return session;
}

/** What the traces derive under which label, and how NSS calls it. */
const secrets: readonly (readonly [label: string, name: string])[] = [
  ['c e traffic', 'CLIENT_EARLY_TRAFFIC_SECRET'],
  ['e exp master', 'EARLY_EXPORTER_SECRET'],
  ['c hs traffic', 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'],
  ['s hs traffic', 'SERVER_HANDSHAKE_TRAFFIC_SECRET'],
  ['c ap traffic', 'CLIENT_TRAFFIC_SECRET_0'],
  ['s ap traffic', 'SERVER_TRAFFIC_SECRET_0'],
  ['exp master', 'EXPORTER_SECRET'],
];

function checkSecrets({ steps }: Trace, keyLog: readonly string[]): void {
  for (const [label, name] of secrets) {
    const step = steps.find(
      ({ action, fields }) => action.startsWith(`derive secret "tls13 ${label}"`) && fields.length > 0,
    );
    const told = keyLog.find((line) => line.startsWith(`${name} `))?.split(' ')[2];
    if (step === undefined && told === undefined) continue;
    if (step === undefined) throw new Error(`the key log tells ${name}, of which the trace knows nothing`);
    requireSame(name, field(step, 'expanded'), Uint8Array.from(Buffer.from(told ?? '', 'hex')));
  }
}
