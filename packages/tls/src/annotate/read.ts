/** Reads octets as a shape says. Whatever they are, there is a tree for them, and its leaves are all of them, each once. */
import { latin1 } from '../wire/text.ts';
import type {
  EitherShape,
  ListShape,
  NumberShape,
  OpaqueShape,
  Shape,
  StructShape,
  VectorShape,
} from './shape.ts';

/** A stretch of a message, with what it means. */
export interface Annotation {
  /** The RFC's term: of a field, of the type of an item, `length` before a vector, `opaque` in it. */
  readonly name: string;
  /** Where it begins in the message. */
  readonly offset: number;
  /** Octets. */
  readonly length: number;
  /** What it says, for people; undefined where only its parts say something. */
  readonly value: string | undefined;
  /** What is wrong with it, where it is malformed. */
  readonly problem: string | undefined;
  /** Its parts, without a gap and in order; none for a leaf. */
  readonly children: readonly Annotation[];
}

/** Where reading is, and where it has to end. */
interface Cursor {
  readonly octets: Uint8Array;
  at: number;
  readonly end: number;
}

/** The numbers that were read in the structure around, by their names. */
type Scope = Map<string, number>;

interface Content {
  readonly children: readonly Annotation[];
  readonly value: string | undefined;
}

/** All of `octets` as one structure; what is left over is a part that says so. */
export function readMessage(name: string, octets: Uint8Array, shape: Shape): Annotation {
  const cursor = { octets, at: 0, end: octets.length };
  const { children, value } = readContent(cursor, name, shape, new Map());
  return whole(name, 0, octets.length, [...children, ...excess(cursor)], value);
}

function whole(
  name: string,
  offset: number,
  end: number,
  children: readonly Annotation[],
  value?: string,
  problem?: string,
): Annotation {
  return { name, offset, length: end - offset, value, problem, children };
}

function readShape(cursor: Cursor, name: string, shape: Shape, scope: Scope): Annotation {
  switch (shape.kind) {
    case 'number':
      return readNumber(cursor, name, shape, scope);
    case 'opaque':
      return readOpaque(cursor, name, shape);
    case 'vector':
      return readVector(cursor, name, shape, scope);
    case 'either':
      return readShape(cursor, name, chosen(shape, scope), scope);
    default: {
      const offset = cursor.at;
      const { children, value } = readContent(cursor, name, shape, scope);
      return whole(name, offset, cursor.at, children, value);
    }
  }
}

/** The parts of what stands at the cursor, without anything around them. */
function readContent(cursor: Cursor, name: string, shape: Shape, scope: Scope): Content {
  switch (shape.kind) {
    case 'struct':
      return readStruct(cursor, shape);
    case 'list':
      return readList(cursor, shape, scope);
    case 'either':
      return readContent(cursor, name, chosen(shape, scope), scope);
    default: {
      const only = readShape(cursor, shape.kind === 'opaque' ? 'opaque' : name, shape, scope);
      return { children: only.length === 0 && only.problem === undefined ? [] : [only], value: only.value };
    }
  }
}

function chosen({ by, cases, otherwise }: EitherShape, scope: Scope): Shape {
  const value = scope.get(by);
  return (value === undefined ? undefined : cases(value)) ?? otherwise;
}

function readNumber(cursor: Cursor, name: string, shape: NumberShape, scope: Scope): Annotation {
  const { octets, at } = cursor;
  if (cursor.end - at < shape.octets) return unreadable(cursor, name, shape.octets);
  let value = 0;
  for (let i = 0; i < shape.octets; i++) value = value * 256 + (octets[at + i] ?? 0);
  cursor.at += shape.octets;
  scope.set(name, value);
  return whole(name, at, cursor.at, [], numberText(value, shape));
}

function numberText(value: number, { octets, base, names, unit }: NumberShape): string {
  const digits = base === 16 ? `0x${value.toString(16).padStart(2 * octets, '0')}` : String(value);
  const name = names?.(value);
  if (name !== undefined) return `${name} (${digits})`;
  return unit === undefined ? digits : `${digits} ${unit}`;
}

function readOpaque(cursor: Cursor, name: string, shape: OpaqueShape): Annotation {
  const offset = cursor.at;
  const length = shape.octets ?? cursor.end - offset;
  if (cursor.end - offset < length) return unreadable(cursor, name, length);
  cursor.at += length;
  const octets = cursor.octets.subarray(offset, cursor.at);
  const value = shape.meaning?.(octets) ?? (shape.as === 'text' ? textOf(octets) : hexOf(octets));
  return whole(name, offset, cursor.at, [], value);
}

function readVector(cursor: Cursor, name: string, shape: VectorShape, scope: Scope): Annotation {
  const offset = cursor.at;
  const inner: Scope = new Map();
  const unit = {
    kind: 'number',
    octets: shape.lengthOctets,
    base: 10,
    names: undefined,
    unit: 'octets',
  } as const;
  const lengthNode = readNumber(cursor, 'length', unit, inner);
  const length = inner.get('length');
  if (length === undefined)
    return whole(name, offset, cursor.at, [lengthNode], undefined, lengthNode.problem);
  const available = cursor.end - cursor.at;
  const content = { octets: cursor.octets, at: cursor.at, end: cursor.at + Math.min(length, available) };
  const { children, value } = readContent(content, name, shape.content, scope);
  const all = [lengthNode, ...children, ...excess(content)];
  cursor.at = content.end;
  const problem = length > available ? `is to have ${length} octets, and ${available} are left` : undefined;
  return whole(name, offset, cursor.at, all, value, problem);
}

function readList(cursor: Cursor, { item, of }: ListShape, scope: Scope): Content {
  const children: Annotation[] = [];
  while (cursor.at < cursor.end) {
    const before = cursor.at;
    const child = readShape(cursor, item, of, scope);
    children.push(child);
    if (child.problem !== undefined || cursor.at === before) break;
  }
  const values = children.map(({ value }) => value ?? item).join(', ');
  return { children, value: values.length <= 64 ? values : `${children.length} × ${item}` };
}

function readStruct(cursor: Cursor, { fields, label }: StructShape): Content {
  const children: Annotation[] = [];
  const scope: Scope = new Map();
  for (const { name, shape, optional } of fields) {
    if (optional && cursor.at === cursor.end) break;
    const read =
      name === ''
        ? readContent(cursor, name, shape, scope).children
        : [readShape(cursor, name, shape, scope)];
    children.push(...read);
    if (read.some(({ problem }) => problem !== undefined)) break;
  }
  return { children, value: children.find(({ name }) => name === label)?.value };
}

function unreadable(cursor: Cursor, name: string, needed: number): Annotation {
  const { at, end } = cursor;
  cursor.at = end;
  return whole(name, at, end, [], undefined, `needs ${needed} octets, and ${end - at} are left`);
}

function excess(cursor: Cursor): Annotation[] {
  const { at, end } = cursor;
  if (at === end) return [];
  return [whole('excess', at, end, [], hexOf(cursor.octets.subarray(at, end)), 'nothing says what this is')];
}

/** Octets of which people see all; of longer values they see the beginning. */
const shownOctets = 32;

function hexOf(octets: Uint8Array): string {
  if (octets.length === 0) return 'empty';
  const shown = Array.from(octets.subarray(0, shownOctets), (octet) => octet.toString(16).padStart(2, '0'));
  return shown.join('') + (octets.length > shownOctets ? `… (${octets.length} octets)` : '');
}

function textOf(octets: Uint8Array): string {
  const characters = latin1(octets);
  return /^[\x20-\x7e\t\r\n]+$/.test(characters) ? JSON.stringify(characters) : hexOf(octets);
}
