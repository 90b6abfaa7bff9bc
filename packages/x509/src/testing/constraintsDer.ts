import { der } from '@halfclose/testing/ca';
import { ascii, extensionDer, nothing } from './certificateDer.ts';

export interface ConstraintsDer {
  /** GeneralNames. Left out: the field isn't there. */
  readonly permitted?: readonly Uint8Array[];
  readonly excluded?: readonly Uint8Array[];
}

/** The extension nameConstraints, critical. */
export function nameConstraintsDer(constraints: ConstraintsDer): Uint8Array {
  return extensionDer('2.5.29.30', nameConstraintsValueDer(constraints), true);
}

/** NameConstraints. */
export function nameConstraintsValueDer({ permitted, excluded }: ConstraintsDer): Uint8Array {
  const subtrees = (number: number, bases: readonly Uint8Array[] | undefined) =>
    bases ? der.context(number, ...bases.map((base) => der.sequence(base))) : nothing;
  return der.sequence(subtrees(0, permitted), subtrees(1, excluded));
}

/** GeneralNames by their forms. */
export const general = {
  other: (oid: string, value: string): Uint8Array =>
    der.context(0, der.oid(oid), der.context(0, der.utf8String(value))),
  email: (address: string): Uint8Array => der.contextPrimitive(1, ascii(address)),
  dns: (name: string): Uint8Array => der.contextPrimitive(2, ascii(name)),
  x400: (): Uint8Array => der.context(3),
  directory: (name: Uint8Array): Uint8Array => der.context(4, name),
  party: (): Uint8Array => der.context(5),
  uri: (uri: string): Uint8Array => der.contextPrimitive(6, ascii(uri)),
  ip: (...octets: readonly number[]): Uint8Array => der.contextPrimitive(7, Uint8Array.from(octets)),
  registered: (oid: string): Uint8Array => der.contextPrimitive(8, der.contents(der.oid(oid))),
} as const;

/** An attribute of a name; text becomes a UTF8String. */
export type AttributeDer = readonly [oid: string, value: string | Uint8Array];

/** A Name of one attribute in each relative distinguished name. */
export function distinguishedNameDer(...attributes: readonly AttributeDer[]): Uint8Array {
  return der.sequence(
    ...attributes.map(([oid, value]) =>
      der.set(der.sequence(der.oid(oid), typeof value === 'string' ? der.utf8String(value) : value)),
    ),
  );
}
