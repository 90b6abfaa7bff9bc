/** ServerKeyExchange and ClientKeyExchange, RFC 5246 sections 7.4.3 and 7.4.7, RFC 8422 sections 5.4 and 5.7, RFC 4279. */
import type { Reader } from '../../wire/reader.ts';
import type { Writer } from '../../wire/writer.ts';

/** ECCurveType of RFC 8422 section 5.4; there is no other any more. */
export const namedCurve = 3;

export interface EcdhParameters {
  readonly curveType: number;
  /** NamedGroup. */
  readonly group: number;
  readonly publicKey: Uint8Array;
}

export interface DhParameters {
  /** Big-endian, like the other two. */
  readonly prime: Uint8Array;
  readonly generator: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** DigitallySigned, RFC 5246 section 4.7. */
export interface DigitallySigned {
  /** SignatureScheme. */
  readonly algorithm: number;
  readonly signature: Uint8Array;
}

export function readEcdhParameters(reader: Reader): EcdhParameters {
  return { curveType: reader.uint8(), group: reader.uint16(), publicKey: reader.vector8(1) };
}

export function writeEcdhParameters(writer: Writer, parameters: EcdhParameters): void {
  writer.uint8(parameters.curveType).uint16(parameters.group);
  writer.vector8(() => writer.bytes(parameters.publicKey));
}

export function readDhParameters(reader: Reader): DhParameters {
  return { prime: reader.vector16(1), generator: reader.vector16(1), publicKey: reader.vector16(1) };
}

export function writeDhParameters(writer: Writer, parameters: DhParameters): void {
  writer
    .vector16(() => writer.bytes(parameters.prime))
    .vector16(() => writer.bytes(parameters.generator))
    .vector16(() => writer.bytes(parameters.publicKey));
}

export function readDigitallySigned(reader: Reader): DigitallySigned {
  return { algorithm: reader.uint16(), signature: reader.vector16() };
}

export function writeDigitallySigned(writer: Writer, signed: DigitallySigned): void {
  writer.uint16(signed.algorithm).vector16(() => writer.bytes(signed.signature));
}
