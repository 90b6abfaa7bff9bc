/** Runs a command with a time limit, and leaves none of its processes behind. */
import { spawn } from 'node:child_process';

/** Octets of output kept of one command: enough for any report, too little to fill the memory. */
const OUTPUT_LIMIT = 1 << 20;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {Record<string, string>} [env] Beside the environment that there is.
 * @property {number} [limit] Seconds until the command is killed.
 * @property {boolean} [show] Show the output as it comes, instead of keeping it.
 *
 * @typedef {object} RunResult
 * @property {number | null} code Exit status; null where a signal ended it or it did not start.
 * @property {string} output Standard output and error as they came, at most one mebibyte of the end.
 * @property {string | undefined} trouble Why it was not a success, as a phrase; undefined if it was.
 * @property {number} seconds
 */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(command, args, { cwd, env, limit = 300, show = false } = {}) {
  const started = performance.now();
  return new Promise((resolve) => {
    // A process group of its own, so that what the command has started dies with it.
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      detached: process.platform !== 'win32',
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    running.add(child);
    let output = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      kill(child);
    }, limit * 1000);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-OUTPUT_LIMIT);
      });
    }

    /** @param {number | null} code @param {string | undefined} trouble */
    const finish = (code, trouble) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, output, trouble, seconds: (performance.now() - started) / 1000 });
    };
    child.once('error', (error) => finish(null, `could not be started: ${error.message}`));
    // What it started and did not end would hold the pipes open: `close` would never come.
    child.once('exit', () => kill(child));
    child.once('close', (code, signal) => {
      if (timedOut) finish(code, `was killed after ${limit} s`);
      else if (signal !== null) finish(code, `died of ${signal}`);
      else finish(code, code === 0 ? undefined : `ended with exit status ${code}`);
    });
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function kill(child) {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

/** @type {readonly NodeJS.Signals[]} */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'];
for (const signal of endings) {
  process.once(signal, () => {
    for (const child of running) kill(child);
    process.kill(process.pid, signal);
  });
}
