/**
 * The two numbers of an ECDSA signature side by side, as WebCrypto has them, each of `length` octets, out of the DER in
 * which X.509 and TLS have them (RFC 3279 section 2.2.3). Undefined for everything but the one encoding in DER (X.690
 * sections 8.1.3, 8.3.2 and 10.1), and for a number that is zero, negative or longer than `length`.
 */
export function concatenatedOfDer(
  signature: Uint8Array,
  length: number,
): Uint8Array<ArrayBuffer> | undefined {
  const contents = contentsOfSequence(signature);
  if (contents === undefined) return undefined;
  const concatenated = new Uint8Array(2 * length);
  let rest = contents;
  for (const end of [length, 2 * length]) {
    const [tag, size = 0] = rest;
    const number = rest.subarray(2, 2 + size);
    const magnitude = number[0] === 0 ? number.subarray(1) : number;
    // The first bit is the sign; a leading zero is there to clear it and for nothing else.
    const isShortest = number[0] === 0 ? (magnitude[0] ?? 0) > 127 : (number[0] ?? 255) < 128;
    if (tag !== 2 || number.length !== size || !isShortest || magnitude.length > length) return undefined;
    concatenated.set(magnitude, end - magnitude.length);
    rest = rest.subarray(2 + size);
  }
  return rest.length === 0 ? concatenated : undefined;
}

/** Two numbers of P-521 take more than 127 octets, and none takes more than 255. */
function contentsOfSequence(encoded: Uint8Array): Uint8Array | undefined {
  const [tag, first = 0, second = 0] = encoded;
  const isLong = first === 0x81 && second > 127;
  const contents = encoded.subarray(isLong ? 3 : 2);
  const isWhole = contents.length === (isLong ? second : first) && (isLong || first < 128);
  return tag === 0x30 && isWhole ? contents : undefined;
}
