/** Whether a whole text fits a pattern in which `*` is any text. */
export function globMatcher(glob: string): (text: string) => boolean {
  const parts = glob.split('*').map((part) => part.replace(/\W/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 's');
  return (text) => expression.test(text);
}
