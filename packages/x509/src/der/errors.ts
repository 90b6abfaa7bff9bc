/** These octets are not the DER (X.690) of what was expected. */
export class DerError extends Error {
  override readonly name = 'DerError';
  /** The field, from the outside in: `Certificate.tbsCertificate.validity.notBefore`. */
  readonly path: string;
  /** Where, counted in octets from the start of the whole. */
  readonly offset: number;

  constructor(path: string, offset: number, problem: string) {
    super(`${path} at octet ${offset}: ${problem}`);
    this.path = path;
    this.offset = offset;
  }
}
