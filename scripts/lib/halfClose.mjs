import { readmeTables, wholeTable } from '../../packages/ssl/src/testing/halfClose/markdown.ts';
import { situations } from '../../packages/ssl/src/testing/halfClose/situations.ts';

const begin = '<!-- made by "pnpm half-close" from packages/ssl/src/testing/halfClose -->';
const end = '<!-- end of what is made -->';

/**
 * A page with its half-close tables as the data has them.
 * @param {string} file
 * @param {string} page
 * @returns {string}
 */
export function withTables(file, page) {
  const [before, rest] = cut(page, begin, file);
  const [, after] = cut(rest, end, file);
  const tables = file === 'README.md' ? readmeTables(situations) : wholeTable(situations);
  return `${before}${begin}\n\n${tables}\n\n${end}${after}`;
}

/**
 * @param {string} text
 * @param {string} mark
 * @param {string} file
 * @returns {[string, string]}
 */
function cut(text, mark, file) {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`${file} lacks the line ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
