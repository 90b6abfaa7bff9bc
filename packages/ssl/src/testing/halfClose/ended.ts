import type { Situation } from './specification.ts';

const truncated = 'SSLEOFError UNEXPECTED_EOF_WHILE_READING';
const alert = 'SSLError TLSV1_ALERT_INTERNAL_ERROR';
const forged = 'SSLError DECRYPTION_FAILED_OR_BAD_RECORD_MAC';
const reset = 'ECONNRESET';

/** A connection that is dead answers every call but `close` with what it died of. */
function dead(situation: Situation['situation'], cause: string, wire: string): Situation {
  const cell = { gives: cause, send: cause, recv: cause, wire, carrier: 'closed' };
  return {
    situation,
    nothing: { send: cause, recv: cause, wire, carrier: 'closed' },
    SHUT_RD: cell,
    SHUT_WR: cell,
    SHUT_RDWR: cell,
    close: { gives: 'ok', send: 'EBADF', recv: 'EBADF', wire, carrier: 'closed' },
    unwrap: cell,
  };
}

/** The half-close table once the server, or whoever is on the way, has ended the connection or its half of it. */
export const ended: readonly Situation[] = [
  {
    // TLS 1.2 knows no half that goes on (RFC 5246 section 7.2.1): ours is closed as soon as all is written.
    situation: "after the server's close_notify",
    nothing: {
      send: 'ok',
      recv: 'EOF',
      wire: 'hello',
      carrier: 'open',
      tls12: { send: 'EPIPE', wire: 'close_notify' },
    },
    SHUT_RD: {
      gives: 'ok',
      send: 'ok',
      recv: 'EOF',
      wire: 'hello',
      carrier: 'open',
      tls12: { send: 'EPIPE', wire: 'close_notify' },
    },
    SHUT_WR: { gives: 'ok', send: 'EPIPE', recv: 'EOF', wire: 'close_notify FIN', carrier: 'half-closed' },
    SHUT_RDWR: { gives: 'ok', send: 'EPIPE', recv: 'EOF', wire: 'close_notify FIN', carrier: 'closed' },
    close: { gives: 'ok', send: 'EBADF', recv: 'EBADF', wire: 'close_notify FIN', carrier: 'closed' },
    unwrap: { gives: 'carrier', send: 'EBADF', recv: 'EBADF', wire: 'close_notify', carrier: 'open' },
  },
  {
    // The server reads nothing until it answers; `sendall` of a mebibyte waits when the close_notify comes.
    situation: "after the server's close_notify, with a pending send",
    nothing: {
      pending: 'waits → ok',
      send: 'waits → ok',
      recv: 'EOF',
      wire: 'a lot hello',
      carrier: 'open',
      tls12: { send: 'EPIPE', wire: 'a lot close_notify' },
    },
    SHUT_RD: {
      gives: 'ok',
      pending: 'waits → ok',
      send: 'waits → ok',
      recv: 'EOF',
      wire: 'a lot hello',
      carrier: 'open',
      tls12: { send: 'EPIPE', wire: 'a lot close_notify' },
    },
    SHUT_WR: {
      gives: 'waits → ok',
      pending: 'waits → ok',
      send: 'EPIPE',
      recv: 'EOF',
      wire: 'a lot close_notify FIN',
      carrier: 'open → half-closed',
    },
    SHUT_RDWR: {
      gives: 'waits → ok',
      pending: 'waits → ok',
      send: 'EPIPE',
      recv: 'EOF',
      wire: 'a lot close_notify FIN',
      carrier: 'open → closed',
    },
    close: {
      gives: 'waits → ok',
      pending: 'waits → ok',
      send: 'EBADF',
      recv: 'EBADF',
      wire: 'a lot close_notify FIN',
      carrier: 'open → closed',
    },
    unwrap: {
      gives: 'waits → carrier',
      pending: 'waits → ok',
      send: 'EPIPE',
      recv: 'EBADF',
      wire: 'a lot close_notify',
      carrier: 'open',
    },
  },
  dead('after a truncated end', truncated, 'FIN'),
  dead('after a fatal alert of the server', alert, 'FIN'),
  dead('after a fatal alert of ours', forged, 'fatal bad_record_mac FIN'),
  dead('after a reset', reset, ''),
];
