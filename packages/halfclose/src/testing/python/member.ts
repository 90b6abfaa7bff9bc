/** What has become of a member of Python's ssl. */
export type Fate =
  /** There, and it means the same; what does I/O gives a promise. */
  | 'same'
  /** There, and something about it is not the same. */
  | 'different'
  /** There only to say why it can't be used. */
  | 'refused'
  /** Not there. */
  | 'absent';

export interface Member {
  /** Python's name. */
  readonly python: string;
  /** Ours; null where there is none. */
  readonly ours: string | null;
  readonly fate: Fate;
  /** What is different, or why it is refused or absent. Of what is the same: what is worth saying. */
  readonly note: string;
  /** The version of Python that has it first, where that is after 3.11. */
  readonly since?: '3.12' | '3.13';
  /** The last version of Python that has it, where there is one. */
  readonly until?: '3.11' | '3.12';
}

type More = Pick<Member, 'since' | 'until'>;

export function same(python: string, note = '', more: More = {}): Member {
  return { python, ours: camelCase(python), fate: 'same', note, ...more };
}

export function different(
  python: string,
  note: string,
  ours: string = camelCase(python),
  more: More = {},
): Member {
  return { python, ours, fate: 'different', note, ...more };
}

export function refused(python: string, note: string, more: More = {}): Member {
  return { python, ours: camelCase(python), fate: 'refused', note, ...more };
}

export function absent(python: string, note: string, more: More = {}): Member {
  return { python, ours: null, fate: 'absent', note, ...more };
}

/** `check_hostname` as `checkHostname`; constants and classes stay as they are. */
function camelCase(name: string): string {
  return /^[a-z]/.test(name) ? name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : name;
}
