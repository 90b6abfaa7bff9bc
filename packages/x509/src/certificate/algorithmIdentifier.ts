import { asObjectIdentifier } from '../der/objectIdentifier.ts';
import type { DerReader } from '../der/reader.ts';
import { tags } from '../der/tags.ts';

/** AlgorithmIdentifier, RFC 5280 section 4.1.1.2. */
export interface AlgorithmIdentifier {
  /** All of it, DER. */
  readonly encoded: Uint8Array;
  readonly oid: string;
  /** DER of the parameters, whatever they are. */
  readonly parameters: Uint8Array | undefined;
}

export function readAlgorithmIdentifier(reader: DerReader, label: string): AlgorithmIdentifier {
  return reader.sequence(label, (contents) => ({
    encoded: contents.encoded,
    oid: contents.within(tags.objectIdentifier, 'algorithm', asObjectIdentifier),
    parameters: contents.atEnd ? undefined : contents.any('parameters').encoded,
  }));
}

/** Whether the parameters are an explicit NULL. */
export function hasNullParameters({ parameters }: AlgorithmIdentifier): boolean {
  return parameters?.length === 2 && parameters[0] === tags.null;
}
