/** Characters that are shown of one text. */
const shownLength = 200;

/** Text of a peer for a message: without control characters, and not too long. */
export function printable(text: string): string {
  const shown = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return shown.length > shownLength ? `${shown.slice(0, shownLength)}…` : shown;
}
