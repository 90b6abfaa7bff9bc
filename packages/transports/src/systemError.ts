/** An error in the shape of Python's OSError: `[Errno 9] Bad file descriptor`. */
export interface SystemError extends Error {
  readonly errno: number;
  readonly code: SystemErrorCode;
}

/** Linux's numbers and words, wherever this runs: they are what people know from Python. */
const known = {
  EBADF: [9, 'Bad file descriptor'],
  EACCES: [13, 'Permission denied'],
  EBUSY: [16, 'Device or resource busy'],
  EPIPE: [32, 'Broken pipe'],
  EPROTO: [71, 'Protocol error'],
  EMSGSIZE: [90, 'Message too long'],
  ENETUNREACH: [101, 'Network is unreachable'],
  ECONNABORTED: [103, 'Software caused connection abort'],
  ECONNRESET: [104, 'Connection reset by peer'],
  ENOBUFS: [105, 'No buffer space available'],
  EISCONN: [106, 'Transport endpoint is already connected'],
  ENOTCONN: [107, 'Transport endpoint is not connected'],
  ETIMEDOUT: [110, 'Connection timed out'],
  ECONNREFUSED: [111, 'Connection refused'],
  EHOSTUNREACH: [113, 'No route to host'],
} as const;

export type SystemErrorCode = keyof typeof known;

/** @param detail what happened in particular, after the system's words */
export function systemError(code: SystemErrorCode, detail?: string, cause?: unknown): SystemError {
  const [errno, words] = known[code];
  const message = `[Errno ${errno}] ${words}${detail === undefined ? '' : `: ${detail}`}`;
  const error = cause === undefined ? new Error(message) : new Error(message, { cause });
  error.name = 'OSError';
  return Object.assign(error, { errno, code });
}
