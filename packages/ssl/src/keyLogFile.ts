/** The file of `keylogFilename`. */
import { fromSystem, systemError } from './errors.ts';
import type { Files } from './platform.ts';

/**
 * Makes sure that the file can be appended to, or appends to it.
 * @throws OSError where it can't be written to, `ENOSYS` where there are no files
 */
export function appendTo(files: Files | undefined, path: string, text: string): void {
  const append = files?.append;
  if (append === undefined) throw systemError('ENOSYS', 'this platform has no files to append to');
  try {
    append(path, text);
  } catch (error) {
    throw fromSystem(error);
  }
}
