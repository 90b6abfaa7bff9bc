/** The presentation language of RFC 8446 section 3, as far as messages are described in it, as data. */

/** What a registry calls a number. */
export type Names = (code: number) => string | undefined;

export type Shape = NumberShape | OpaqueShape | ContentShape;

/** What stands between two ends, and has parts. */
export type ContentShape = VectorShape | ListShape | StructShape | EitherShape;

/** `uint8` to `uint32`, or an enum. */
export interface NumberShape {
  readonly kind: 'number';
  readonly octets: 1 | 2 | 3 | 4;
  /** How people write it. */
  readonly base: 10 | 16;
  readonly names: Names | undefined;
  readonly unit: string | undefined;
}

/** `opaque x[octets]`, or all that there is up to the end. */
export interface OpaqueShape {
  readonly kind: 'opaque';
  readonly octets: number | undefined;
  readonly as: 'octets' | 'text';
  /** Of contents that mean something as a whole. */
  readonly meaning: ((octets: Uint8Array) => string | undefined) | undefined;
}

/** Its length in so many octets, and then that. */
export interface VectorShape {
  readonly kind: 'vector';
  readonly lengthOctets: 1 | 2 | 3;
  readonly content: Shape;
}

/** As many items as there are up to the end. */
export interface ListShape {
  readonly kind: 'list';
  readonly item: string;
  readonly of: Shape;
}

export interface StructShape {
  readonly kind: 'struct';
  readonly fields: readonly Field[];
  /** The field that says which of its kind it is. */
  readonly label: string | undefined;
}

export interface Field {
  readonly name: string;
  readonly shape: Shape;
  /** May be left out at the end. */
  readonly optional?: boolean;
}

/** `select (by)`: `by` is a field before it in the same structure. */
export interface EitherShape {
  readonly kind: 'either';
  readonly by: string;
  readonly cases: (value: number) => Shape | undefined;
  readonly otherwise: Shape;
}

export function uint(octets: NumberShape['octets'], unit?: string): NumberShape {
  return { kind: 'number', octets, base: 10, names: undefined, unit };
}

/** An enum whose values people write in decimal. */
export function code(octets: NumberShape['octets'], names: Names): NumberShape {
  return { kind: 'number', octets, base: 10, names, unit: undefined };
}

/** An enum whose values people write in hexadecimal. */
export function hexCode(octets: NumberShape['octets'], names: Names): NumberShape {
  return { kind: 'number', octets, base: 16, names, unit: undefined };
}

export function opaque(octets?: number, meaning?: OpaqueShape['meaning']): OpaqueShape {
  return { kind: 'opaque', octets, as: 'octets', meaning };
}

export const text: OpaqueShape = { kind: 'opaque', octets: undefined, as: 'text', meaning: undefined };

export function vector(lengthOctets: VectorShape['lengthOctets'], content: Shape = opaque()): VectorShape {
  return { kind: 'vector', lengthOctets, content };
}

/** A vector of items: what the RFC writes as `Item name<..>`. */
export function vectorOf(lengthOctets: VectorShape['lengthOctets'], item: string, of: Shape): VectorShape {
  return vector(lengthOctets, { kind: 'list', item, of });
}

/**
 * @param fields in the order of the wire; a name that ends in `?` may be left out at the end, and what has no name is no part
 * of its own: its fields are those of the structure
 */
export function struct(fields: Readonly<Record<string, Shape>>, label?: string): StructShape {
  return {
    kind: 'struct',
    label,
    fields: Object.entries(fields).map(([name, shape]) =>
      name.endsWith('?') ? { name: name.slice(0, -1), shape, optional: true } : { name, shape },
    ),
  };
}

export function either(by: string, cases: EitherShape['cases'], otherwise: Shape = opaque()): EitherShape {
  return { kind: 'either', by, cases, otherwise };
}

export const nothing: StructShape = struct({});
