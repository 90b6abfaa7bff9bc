/** An error in the shape of Python's OSError: `[Errno 9] Bad file descriptor`. */
export interface SystemError extends Error {
  readonly errno: number;
  readonly code: string;
}

export type SystemErrorCode = 'EBADF' | 'EBUSY' | 'ECONNABORTED' | 'EISCONN' | 'ENOTCONN' | 'EPIPE';

/** Linux's numbers and words, wherever this runs: they are what people know from Python. */
const known: Readonly<Record<SystemErrorCode, readonly [number, string]>> = {
  EBADF: [9, 'Bad file descriptor'],
  EBUSY: [16, 'Device or resource busy'],
  EPIPE: [32, 'Broken pipe'],
  ECONNABORTED: [103, 'Software caused connection abort'],
  EISCONN: [106, 'Transport endpoint is already connected'],
  ENOTCONN: [107, 'Transport endpoint is not connected'],
};

export function systemError(code: SystemErrorCode): SystemError {
  const [errno, words] = known[code];
  const error = new Error(`[Errno ${errno}] ${words}`);
  error.name = 'OSError';
  return Object.assign(error, { errno, code });
}
