import { type AlertName, TLSError } from '@halfclose/tls';
import { CertificateError, opensslVerdict } from '@halfclose/x509';
import { alertReason } from './alertReason.ts';
import {
  SSL_ERROR_EOF,
  SSL_ERROR_SSL,
  SSL_ERROR_SYSCALL,
  SSL_ERROR_WANT_READ,
  SSL_ERROR_WANT_WRITE,
  SSL_ERROR_ZERO_RETURN,
} from './constants.ts';

/** Linux's numbers and words, wherever this runs: they are what people know from Python. */
const systemErrors = {
  EAI_AGAIN: [-3, 'Temporary failure in name resolution'],
  ENOTFOUND: [-2, 'Name or service not known'],
  EPERM: [1, 'Operation not permitted'],
  ENOENT: [2, 'No such file or directory'],
  EIO: [5, 'Input/output error'],
  EBADF: [9, 'Bad file descriptor'],
  EACCES: [13, 'Permission denied'],
  ENOTDIR: [20, 'Not a directory'],
  EISDIR: [21, 'Is a directory'],
  EINVAL: [22, 'Invalid argument'],
  EMFILE: [24, 'Too many open files'],
  EPIPE: [32, 'Broken pipe'],
  ENOSYS: [38, 'Function not implemented'],
  EADDRNOTAVAIL: [99, 'Cannot assign requested address'],
  EOPNOTSUPP: [95, 'Operation not supported'],
  ENETUNREACH: [101, 'Network is unreachable'],
  ECONNABORTED: [103, 'Software caused connection abort'],
  ECONNRESET: [104, 'Connection reset by peer'],
  EISCONN: [106, 'Transport endpoint is already connected'],
  ENOTCONN: [107, 'Transport endpoint is not connected'],
  ETIMEDOUT: [110, 'Connection timed out'],
  ECONNREFUSED: [111, 'Connection refused'],
  EHOSTUNREACH: [113, 'No route to host'],
  EALREADY: [114, 'Operation already in progress'],
} as const;

export type SystemErrorCode = keyof typeof systemErrors;

function isSystemErrorCode(code: unknown): code is SystemErrorCode {
  return typeof code === 'string' && Object.hasOwn(systemErrors, code);
}

/** Python's `OSError`: what the system refused, or would have. */
export class OSError extends Error {
  override readonly name: string = 'OSError';
  /** The number on Linux, whatever the platform; for an `SSLError` one of the `SSL_ERROR_` constants. */
  readonly errno: number;
  /** The conventional name: `EBADF`, `ECONNRESET`, …; for an `SSLError` `ERR_TLS_` or `ERR_SSL_` and the reason. */
  readonly code: string;

  constructor(
    message: string,
    details: { readonly errno: number; readonly code: string; readonly cause?: unknown },
  ) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.errno = details.errno;
    this.code = details.code;
  }
}

/** Python's `ValueError`: an argument of the right type with a value that makes no sense, alone or with others. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
  readonly code = 'ERR_INVALID_ARG_VALUE';
}

/** Python's `NotImplementedError`: a member that is there only to say why it can't be used. */
export class NotImplementedError extends Error {
  override readonly name = 'NotImplementedError';
  readonly code = 'ERR_METHOD_NOT_IMPLEMENTED';
}

/** Python's `TimeoutError`: what was to be done took longer than `settimeout` permits. */
export class TimeoutError extends OSError {
  override readonly name = 'TimeoutError';

  /** @param operation what was under way: `read`, `write`, `handshake`, `connect` */
  constructor(operation: string) {
    const [errno] = systemErrors.ETIMEDOUT;
    super(`[Errno ${errno}] The ${operation} operation timed out`, { errno, code: 'ETIMEDOUT' });
  }
}

export interface SSLErrorDetails {
  readonly errno?: number;
  readonly code?: string;
  readonly library?: string;
  readonly reason?: string;
  readonly alert?: AlertName | undefined;
  readonly retryConfigs?: Uint8Array | undefined;
  readonly cause?: unknown;
}

/** TLS failed. */
export class SSLError extends OSError {
  override readonly name: string = 'SSLError';
  /** Where it failed, as Python has it: `SSL`, `X509` or `PEM`. */
  readonly library: string;
  /** Why, for programs: `CERTIFICATE_VERIFY_FAILED`, `WRONG_VERSION_NUMBER`, … */
  readonly reason: string;
  /** The alert that was sent or received for it. */
  readonly alert: AlertName | undefined;
  /**
   * Where the reason is `ECH_REJECTED`: the `echConfigList` to try next, once, in a new connection. Undefined where the
   * server wants none to be tried.
   */
  readonly retryConfigs: Uint8Array | undefined;

  constructor(message: string, details: SSLErrorDetails = {}) {
    const { library = 'SSL', reason = 'UNKNOWN', errno = SSL_ERROR_SSL } = details;
    const { code = `ERR_SSL_${reason}` } = details;
    super(`[${library}: ${reason}] ${message}`, { ...details, errno, code });
    this.library = library;
    this.reason = reason;
    this.alert = details.alert;
    this.retryConfigs = details.retryConfigs;
  }
}

/** The peer has closed its side in order: nothing more can be read. */
export class SSLZeroReturnError extends SSLError {
  override readonly name = 'SSLZeroReturnError';

  constructor(message: string, details: SSLErrorDetails = {}) {
    super(message, { errno: SSL_ERROR_ZERO_RETURN, reason: 'ZERO_RETURN', ...details });
  }
}

/** More input is needed before this can be done. */
export class SSLWantReadError extends SSLError {
  override readonly name = 'SSLWantReadError';

  constructor(message: string, details: SSLErrorDetails = {}) {
    super(message, { errno: SSL_ERROR_WANT_READ, reason: 'WANT_READ', ...details });
  }
}

/** Output has to be taken before this can be done. */
export class SSLWantWriteError extends SSLError {
  override readonly name = 'SSLWantWriteError';

  constructor(message: string, details: SSLErrorDetails = {}) {
    super(message, { errno: SSL_ERROR_WANT_WRITE, reason: 'WANT_WRITE', ...details });
  }
}

/** The carrier failed with an error that has none of the system's codes: it is the `cause`. */
export class SSLSyscallError extends SSLError {
  override readonly name = 'SSLSyscallError';

  constructor(message: string, details: SSLErrorDetails = {}) {
    super(message, { errno: SSL_ERROR_SYSCALL, reason: 'SYSCALL', ...details });
  }
}

/** The carrier ended without the peer's close_notify: what was read may be less than what was sent. */
export class SSLEOFError extends SSLError {
  override readonly name = 'SSLEOFError';

  constructor(message: string, details: SSLErrorDetails = {}) {
    super(message, { errno: SSL_ERROR_EOF, reason: 'UNEXPECTED_EOF_WHILE_READING', ...details });
  }
}

/** The server's certificate was refused. */
export class SSLCertVerificationError extends SSLError {
  override readonly name = 'SSLCertVerificationError';
  /** OpenSSL's `X509_V_ERR_` number, 1 (unspecified) where the verifier gave none. */
  readonly verifyCode: number;
  readonly verifyMessage: string;

  constructor(
    message: string,
    details: SSLErrorDetails & { readonly verifyCode: number; readonly verifyMessage: string },
  ) {
    super(message, { reason: 'CERTIFICATE_VERIFY_FAILED', ...details });
    this.verifyCode = details.verifyCode;
    this.verifyMessage = details.verifyMessage;
  }
}

/** `[Errno 9] Bad file descriptor`, with ` : detail` where there is more to say. */
export function systemError(code: SystemErrorCode, detail?: string, cause?: unknown): OSError {
  const [errno, words] = systemErrors[code];
  const message = `[Errno ${errno}] ${words}${detail === undefined ? '' : `: ${detail}`}`;
  return new OSError(message, cause === undefined ? { errno, code } : { errno, code, cause });
}

/** An error of a carrier or a file system in Python's words; `detail` says what it was about. */
export function fromSystem(error: unknown, detail?: string): OSError {
  if (error instanceof OSError) return error;
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (isSystemErrorCode(code)) return systemError(code, detail, error);
  const words = error instanceof Error ? error.message : String(error);
  return new SSLSyscallError(detail === undefined ? words : `${detail}: ${words}`, { cause: error });
}

/** Does it, and throws what the engine throws in Python's words. */
export function inOurWords<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof TLSError ? fromEngine(error) : error;
  }
}

/** The engine's cause of death in Python's words. */
export function fromEngine(error: TLSError): SSLError {
  const { code, reason, alert, retryConfigs } = error;
  const details = { code, reason, alert, retryConfigs, cause: error };
  switch (error.fault) {
    case 'alert':
      return new SSLError(error.message, { ...details, ...(alert !== undefined && namedByAlert(alert)) });
    case 'truncation':
      return new SSLEOFError(error.message, details);
    case 'certificate':
      return new SSLCertVerificationError(error.message, { ...details, ...verdictOf(error) });
    default:
      return new SSLError(error.message, details);
  }
}

/** The code is Node's, which has OpenSSL's reason in it. */
function namedByAlert(alert: AlertName): { reason: string; code: string } {
  const reason = alertReason(alert);
  return { reason, code: `ERR_SSL_${reason}` };
}

/** What the verifier said in OpenSSL's terms; X509_V_ERR_UNSPECIFIED of one that doesn't know them. */
function verdictOf(error: TLSError): { verifyCode: number; verifyMessage: string } {
  const refusal = error.cause;
  const verdict = { verifyCode: 1, verifyMessage: error.message };
  if (!(refusal instanceof Error)) return verdict;
  if (refusal instanceof CertificateError) return opensslVerdict(refusal);
  verdict.verifyMessage = refusal.message;
  if ('verifyCode' in refusal && typeof refusal.verifyCode === 'number')
    verdict.verifyCode = refusal.verifyCode;
  if ('verifyMessage' in refusal && typeof refusal.verifyMessage === 'string') {
    verdict.verifyMessage = refusal.verifyMessage;
  }
  return verdict;
}
