/**
 * Makes `src/data.ts` anew from the present state of the two public sources in `sources.mjs`: `pnpm roots`. It needs
 * `cargo` and `go`.
 *
 * An anchor is taken if both sources have it, so that neither of them alone can add one, and what either has dropped
 * is gone. An exception are those with name constraints: Go's module leaves them out, because it can't express them.
 * What the sources differ in is printed: who runs this looks at it, and at the difference to the last data, which has
 * one line for each anchor.
 */
import { writeFileSync } from 'node:fs';
import { parseCertificate } from '@halfclose/x509';
import { fetchCcadb, fetchNss } from './sources.mjs';

const ccadb = fetchCcadb();
const nss = fetchNss();

/** @type {string[]} */
const lines = [];
for (const [print, { certificate, distrustAfter }] of nss.roots) {
  const { subject, spki } = parseCertificate(certificate);
  const anchor = ccadb.anchors.get(print);
  if (anchor === undefined) {
    console.log(`left out, not in ${ccadb.source}: ${subject}`);
    continue;
  }
  if (!anchor.subject.equals(subject.encoded) || !anchor.spki.equals(spki)) {
    throw new Error(`the sources have different names or keys for ${subject}`);
  }
  if (distrustAfter !== undefined) console.log(`distrusted after ${distrustAfter}: ${subject}`);
  lines.push(lineOf(anchor, distrustAfter));
}
for (const [print, anchor] of ccadb.anchors) {
  if (nss.roots.has(print)) continue;
  if (anchor.nameConstraints) {
    console.log(`constrained, only in ${ccadb.source}: ${anchor.label}`);
    lines.push(lineOf(anchor));
  } else {
    console.log(`left out, not in ${nss.source}: ${anchor.label}`);
  }
}

writeFileSync(
  new URL('../src/data.ts', import.meta.url),
  `// Made by scripts/update.mjs from ${ccadb.source}
// and ${nss.source}

/** The day of the list, ISO 8601. */
export const rootsDate: string = '${nss.date}';

/**
 * One anchor a line: Name and SubjectPublicKeyInfo, then, where there are such, the time after which new certificates
 * are distrusted, and NameConstraints. All is DER in base64 without padding, but the time.
 */
export const anchorLines: string = \`${lines.sort().join('\n')}\`;
`,
);
console.log(`${lines.length} anchors of ${nss.date}`);

/**
 * @param {import('./sources.mjs').Anchor} anchor
 * @param {string} [distrustAfter]
 */
function lineOf({ subject, spki, nameConstraints }, distrustAfter = '') {
  return [base64(subject), base64(spki), distrustAfter, base64(nameConstraints)].join(' ').trimEnd();
}

/** @param {Buffer} [bytes] */
function base64(bytes) {
  return bytes?.toString('base64').replaceAll('=', '') ?? '';
}
