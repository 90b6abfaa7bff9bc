/** Where text goes: a process's stdout, or a test's array. */
export interface Output {
  write(text: string): unknown;
  /** Whether a person is looking. */
  readonly isTTY?: boolean | undefined;
}

/** What is shown of a connection as it happens. */
export interface Paper {
  /** A line about what follows. */
  heading(text: string): void;
  /** A call, as one would write it. */
  call(code: string, remark?: string): void;
  /** What a call gave, under a label. Several lines stand under each other. */
  fact(label: string, ...lines: readonly string[]): void;
  /** What a call failed with. */
  failure(text: string): void;
  /** How far a long call has come. Where nobody looks, only its end is shown. */
  progress(done: number, total: number, seconds: number): void;
}

const labelWidth = 19;
const remarkColumn = 32;
const barWidth = 32;

/** Paper that shows: with colours where a person is looking, and has not asked for none (no-color.org). */
export function writeTo(output: Output, environment: Readonly<Record<string, string | undefined>>): Paper {
  const isTTY = output.isTTY ?? false;
  const paint = isTTY && !environment.NO_COLOR ? inColour : plainly;
  const line = (text = ''): void => {
    output.write(`${text}\n`);
  };
  return {
    heading(text) {
      line();
      line(paint.bold(text));
      line();
    },
    call(code, remark) {
      const rest = remark === undefined ? '' : paint.dim(`  // ${remark}`);
      line(`${paint.dim('>')} ${rest ? code.padEnd(remarkColumn) : code}${rest}`);
    },
    fact(label, ...lines) {
      const [first = '', ...rest] = lines.map(visible);
      line(`  ${`${label}:`.padEnd(labelWidth)}${paint.green(first)}`);
      for (const each of rest) line(`  ${' '.repeat(labelWidth)}${paint.green(each)}`);
    },
    failure(text) {
      line(`  ${paint.red(visible(text))}`);
    },
    progress(done, total, seconds) {
      const isDone = done === total;
      const rate = isDone && seconds > 0 ? `  ${mebibytes(total / seconds)}/s` : '';
      const amount = `${mebibytes(done)} of ${mebibytes(total)}${rate}`;
      if (!isTTY) {
        if (isDone) line(`  ${amount}`);
        return;
      }
      const full = Math.floor((done / total) * barWidth);
      const bar = paint.green('█'.repeat(full)) + paint.dim('░'.repeat(barWidth - full));
      // Back to the start of the line, which is then written anew.
      output.write(`\r  ${bar}  ${amount}${isDone ? '\n' : ''}`);
    },
  };
}

/** Paper that shows nothing. */
export const blank: Paper = {
  heading() {},
  call() {},
  fact() {},
  failure() {},
  progress() {},
};

/** Text of a server's making, with what could command a terminal or hide the order of characters made visible. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

function mebibytes(octets: number): string {
  return `${(octets / 1_048_576).toFixed(1)} MiB`;
}

const inColour = {
  bold: (text: string): string => `\x1b[1m${text}\x1b[22m`,
  dim: (text: string): string => `\x1b[2m${text}\x1b[22m`,
  red: (text: string): string => `\x1b[31m${text}\x1b[39m`,
  green: (text: string): string => `\x1b[32m${text}\x1b[39m`,
};

const plainly: typeof inColour = {
  bold: (text) => text,
  dim: (text) => text,
  red: (text) => text,
  green: (text) => text,
};
