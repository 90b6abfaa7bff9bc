/** What the checks print, so that a person and `.ci/run` can read it. */

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** @returns {Counts} */
export function noCounts() {
  return { passed: 0, failed: 0, skipped: 0 };
}

/** @param {Counts} sum @param {Counts} more */
export function add(sum, more) {
  sum.passed += more.passed;
  sum.failed += more.failed;
  sum.skipped += more.skipped;
}

/** @param {Counts} counts */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** @param {string} text */
export function heading(text) {
  console.log(`\n== ${text}`);
}

/** @param {string} text */
export function indent(text) {
  return text.trimEnd().replace(/^/gm, '    ');
}

/**
 * Prints what came of one check, and counts it.
 * @param {Counts} counts
 * @param {string} name
 * @param {string | undefined} trouble What was wrong; undefined if nothing was.
 */
export function check(counts, name, trouble) {
  console.log(`  ${trouble === undefined ? 'ok    ' : 'FAILED'}  ${name}`);
  if (trouble === undefined) {
    counts.passed++;
  } else {
    counts.failed++;
    console.log(indent(trouble));
  }
}
