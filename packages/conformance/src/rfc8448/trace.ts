/** The traces of RFC 8448 as `rfc8448-traces.json` has them. */
import { readFileSync } from 'node:fs';

export interface Trace {
  readonly section: string;
  readonly title: string;
  readonly steps: readonly TraceStep[];
}

export interface TraceStep {
  readonly who: 'client' | 'server';
  readonly action: string;
  readonly fields: readonly { readonly name: string; readonly hex: string }[];
}

export function readTraces(path: string | URL): readonly Trace[] {
  return JSON.parse(readFileSync(path, 'utf8')) as readonly Trace[];
}

/** @throws Error where the step has no such field */
export function field(step: TraceStep, name: string): Uint8Array {
  const found = step.fields.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`"${step.action}" has no field ${name}`);
  return Uint8Array.from(Buffer.from(found.hex, 'hex'));
}

/** All steps of one side that begin so, and are more than a word. */
export function stepsOf({ steps }: Trace, who: TraceStep['who'], action: string): readonly TraceStep[] {
  return steps.filter((step) => step.who === who && step.action.startsWith(action) && step.fields.length > 0);
}

/** @throws Error where there is none */
export function stepOf(trace: Trace, who: TraceStep['who'], action: string): TraceStep {
  const [first] = stepsOf(trace, who, action);
  if (first === undefined) throw new Error(`section ${trace.section} has no step "${action}"`);
  return first;
}

/** @throws Error with both, if they differ */
export function requireSame(what: string, expected: Uint8Array, found: Uint8Array): void {
  const [wanted, got] = [expected, found].map((octets) => Buffer.from(octets).toString('hex'));
  if (wanted !== got) throw new Error(`${what}: expected ${wanted}, found ${got}`);
}
