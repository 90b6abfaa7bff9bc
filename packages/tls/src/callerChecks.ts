/** HkdfLabel, RFC 8446 section 7.1, has room for 255 octets, and "tls13 " is among them. */
export function checkExport(label: string, length: number, maximum: number): void {
  if (!/^[\x20-\x7e]{0,249}$/.test(label)) {
    throw new RangeError(`"${label.slice(0, 249)}" can't be the label of an exporter`);
  }
  if (!Number.isInteger(length) || length < 0 || length > maximum) {
    throw new RangeError(`an exporter gives 0 to ${maximum} octets here, ${length} were asked for`);
  }
}

export function checkRange(bytes: Uint8Array, offset: number, length: number): void {
  const valid = Number.isInteger(offset) && Number.isInteger(length) && offset >= 0 && length >= 0;
  if (!valid || offset + length > bytes.length) {
    throw new RangeError(`${length} octets from ${offset} on are not in an array of ${bytes.length}`);
  }
}
