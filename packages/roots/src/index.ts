import { decodeBase64 } from './base64.ts';
import { anchorLines } from './data.ts';

export { rootsDate } from './data.ts';

/** An authority that Mozilla trusts to issue certificates of TLS servers. */
export interface MozillaRoot {
  /** Name, DER. */
  readonly subject: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** NameConstraints, DER: what names its certificates may have, where Mozilla limits them. */
  readonly nameConstraints?: Uint8Array;
  /** Certificates of servers that were issued later (their notBefore, milliseconds since 1970) are distrusted. */
  readonly distrustAfter?: number;
}

let roots: readonly MozillaRoot[] | undefined;

/**
 * Mozilla's trust anchors for TLS servers, as they were on `rootsDate`. The first call reads them, and a key is decoded
 * when it is first asked for; later calls give the same ones, whose octets nobody may change.
 */
export function mozillaRoots(): readonly MozillaRoot[] {
  roots ??= Object.freeze(anchorLines.split('\n').map(readAnchor));
  return roots;
}

function readAnchor(line: string): MozillaRoot {
  const [subject = '', spki = '', distrustAfter = '', nameConstraints = ''] = line.split(' ');
  let key: Uint8Array | undefined;
  return Object.freeze({
    subject: decodeBase64(subject),
    get spki() {
      // Of a hundred keys, one or none is needed.
      key ??= decodeBase64(spki);
      return key;
    },
    ...(distrustAfter !== '' && { distrustAfter: Date.parse(distrustAfter) }),
    ...(nameConstraints !== '' && { nameConstraints: decodeBase64(nameConstraints) }),
  });
}
