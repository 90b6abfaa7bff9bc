import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds of a tick of `/proc/*​/stat` (USER_HZ, which is 100 on every Linux of today). */
const tick = 10;

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Milliseconds of processor time, all threads together, that of children that ended not. */
  readonly time: number;
}

/** The processes of Linux; those that end meanwhile are left out. */
export function allProcesses(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [parseStat(readFileSync(`/proc/${name}/stat`, 'latin1'))];
      } catch {
        return [];
      }
    });
}

/** Milliseconds of processor time that a process has taken. */
export function processorTimeOf(pid: number): number {
  return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1')).time;
}

/** proc_pid_stat(5): the name, in brackets, may hold anything. */
function parseStat(text: string): Process {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return { pid: Number.parseInt(text, 10), parent: field(4), time: (field(14) + field(15)) * tick };
}

/** What a process was started with. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
