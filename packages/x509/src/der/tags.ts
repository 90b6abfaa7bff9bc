/** Identifier octets (X.690 section 8.1.2) of the universal types that certificates use. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
} as const;

/** `[number] IMPLICIT` over a primitive type. */
export function contextPrimitive(number: number): number {
  return 0x80 | number;
}

/** `[number] EXPLICIT`, or `[number] IMPLICIT` over a constructed type. */
export function contextConstructed(number: number): number {
  return 0xa0 | number;
}

/** For messages: `0x30`. */
export function tagText(tag: number): string {
  return `0x${tag.toString(16).padStart(2, '0')}`;
}
