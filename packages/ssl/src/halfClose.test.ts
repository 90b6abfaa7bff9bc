/**
 * The half-close table: what each call sends, what it and others give, and what becomes of the carrier.
 *
 * A row begins with a connection (established, unless it says otherwise) and plays a scene: what is done, and what
 * comes of it. Then it says what went out after that beginning, and in which state our side left the carrier. All
 * rows are played on a carrier that half-closes, and on one that can't.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { play, type Step } from './testing/play.ts';
import { createScene, type SceneOptions } from './testing/scene.ts';

interface Row extends Pick<SceneOptions, 'given' | 'highWaterMark' | 'suppressRaggedEofs'> {
  readonly row: string;
  /** Where the end of the carrier is the end of both directions, this can't be played. */
  readonly halfCloseOnly?: true;
  readonly play: readonly Step[];
  /** FIN and the half-closed carrier are for carriers that half-close; on others they are absent and open. */
  readonly wire: readonly string[];
  readonly carrier: 'open' | 'half-closed' | 'closed';
}

const table: readonly Row[] = [
  // shutdown(SHUT_WR)
  {
    row: 'SHUT_WR: everything queued, then close_notify, then the carrier half-closes; recv goes on',
    play: [
      ['sendall hello', 'ok'],
      ['shutdown SHUT_WR', 'ok'],
      ['send hello', 'EPIPE'],
      ['sendall hello', 'EPIPE'],
      'server sends answer',
      ['recv', 'answer'],
      ['recv', 'waits'],
      'server sends close_notify',
      ['again recv', 'EOF'],
      ['recv', 'EOF'],
    ],
    wire: ['data hello', 'close_notify', 'FIN'],
    carrier: 'half-closed',
  },
  {
    row: 'SHUT_WR: a pending send finishes before close_notify',
    highWaterMark: 16_384,
    play: [
      'server reads nothing',
      ['sendall a lot', 'waits'],
      ['sendall hello', 'waits'],
      ['shutdown SHUT_WR', 'waits'],
      ['send hello', 'EPIPE'],
      'server reads on',
      ['again sendall a lot', 'ok'],
      ['again sendall hello', 'ok'],
      ['again shutdown SHUT_WR', 'ok'],
    ],
    wire: [...Array.from({ length: 64 }, () => 'data of 16384'), 'data hello', 'close_notify', 'FIN'],
    carrier: 'half-closed',
  },
  {
    row: 'SHUT_WR: twice is no error and sends nothing more',
    play: [
      ['shutdown SHUT_WR', 'ok'],
      ['shutdown SHUT_WR', 'ok'],
    ],
    wire: ['close_notify', 'FIN'],
    carrier: 'half-closed',
  },
  {
    row: 'SHUT_WR: a pending recv goes on waiting',
    play: [['recv', 'waits'], ['shutdown SHUT_WR', 'ok'], 'server sends answer', ['again recv', 'answer']],
    wire: ['close_notify', 'FIN'],
    carrier: 'half-closed',
  },
  {
    row: 'SHUT_WR before the handshake is done: user_canceled and close_notify',
    given: 'handshaking',
    play: [
      ['doHandshake', 'waits'],
      ['recv', 'waits'],
      ['send hello', 'waits'],
      ['shutdown SHUT_WR', 'ok'],
      ['again doHandshake', 'SSLError CONNECTION_CANCELED'],
      ['again recv', 'SSLError CONNECTION_CANCELED'],
      ['again send hello', 'SSLError CONNECTION_CANCELED'],
      ['send hello', 'EPIPE'],
      ['shutdown SHUT_WR', 'ok'],
      'carrier ends',
      ['shutdown SHUT_WR', 'ok'],
    ],
    wire: ['user_canceled', 'close_notify', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'SHUT_RDWR before the handshake is done',
    given: 'handshaking',
    play: [
      ['doHandshake', 'waits'],
      ['recv', 'waits'],
      ['shutdown SHUT_RDWR', 'ok'],
      ['again doHandshake', 'SSLError CONNECTION_CANCELED'],
      ['again recv', 'EOF'],
      'carrier ends',
    ],
    wire: ['user_canceled', 'close_notify', 'FIN'],
    carrier: 'closed',
  },

  // shutdown(SHUT_RD)
  {
    row: 'SHUT_RD: nothing is sent, what is buffered is dropped, recv gives end of file, send goes on',
    play: [
      'server sends answer',
      ['send hello', '5'],
      ['pending', '6'],
      ['shutdown SHUT_RD', 'ok'],
      ['pending', '0'],
      ['recv', 'EOF'],
      ['recvInto', '0'],
      'server sends answer',
      ['recv', 'EOF'],
      ['sendall hello', 'ok'],
    ],
    wire: ['data hello', 'data hello'],
    carrier: 'open',
  },
  {
    row: 'SHUT_RD: a pending recv is woken, and all that wait behind it',
    play: [
      ['recv', 'waits'],
      ['recvInto', 'waits'],
      ['shutdown SHUT_RD', 'ok'],
      ['again recv', 'EOF'],
      ['again recvInto', '0'],
    ],
    wire: [],
    carrier: 'open',
  },
  {
    row: 'SHUT_RD: the carrier is kept drained, so that the server is never blocked',
    highWaterMark: 16_384,
    play: [
      'server sends a lot',
      ['shutdown SHUT_RD', 'ok'],
      'server sends a lot',
      'server sends a KeyUpdate and asks for one',
      'server sends a ticket',
      'server sends a lot',
      ['sendall hello', 'ok'],
      'server sends close_notify',
      ['sendall hello', 'ok'],
    ],
    wire: ['type 22', 'data hello', 'data hello'],
    carrier: 'open',
  },
  {
    row: 'SHUT_RD: twice is no error',
    play: [
      ['shutdown SHUT_RD', 'ok'],
      ['shutdown SHUT_RD', 'ok'],
    ],
    wire: [],
    carrier: 'open',
  },
  {
    row: 'SHUT_RD: an alert among what is dropped still counts',
    play: [
      ['shutdown SHUT_RD', 'ok'],
      'server sends answer',
      'server sends a fatal alert',
      ['recv', 'EOF'],
      ['send hello', 'SSLError ALERT_INTERNAL_ERROR'],
      'carrier ends',
    ],
    wire: ['FIN'],
    carrier: 'closed',
  },
  {
    row: 'SHUT_RD: what is dropped is authenticated',
    play: [
      ['shutdown SHUT_RD', 'ok'],
      'server sends a forged record',
      ['send hello', 'SSLError DECRYPTION_FAILED_OR_BAD_RECORD_MAC'],
      'carrier ends',
    ],
    wire: ['fatal bad_record_mac', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'SHUT_RD: where nobody reads, no end can come too early',
    halfCloseOnly: true,
    play: [['shutdown SHUT_RD', 'ok'], 'carrier ends', ['recv', 'EOF'], ['sendall hello', 'ok']],
    wire: ['data hello'],
    carrier: 'open',
  },
  {
    row: 'SHUT_RD before the handshake is done: the handshake goes on',
    given: 'handshaking',
    play: [
      ['recv', 'waits'],
      ['doHandshake', 'waits'],
      ['shutdown SHUT_RD', 'ok'],
      ['again recv', 'EOF'],
      ['again doHandshake', 'waits'],
    ],
    wire: [],
    carrier: 'open',
  },

  // shutdown(SHUT_RDWR)
  {
    row: 'SHUT_RDWR: both, and the carrier is closed when the server has closed',
    play: [
      ['sendall hello', 'ok'],
      ['recv', 'waits'],
      ['shutdown SHUT_RDWR', 'ok'],
      ['again recv', 'EOF'],
      ['send hello', 'EPIPE'],
      'server sends a lot',
      ['recv', 'EOF'],
      'server sends close_notify',
    ],
    wire: ['data hello', 'close_notify', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'SHUT_RDWR: as long as the server goes on, the carrier is there for it',
    play: [['shutdown SHUT_RDWR', 'ok'], 'server sends a lot', 'time passes'],
    wire: ['close_notify', 'FIN'],
    carrier: 'half-closed',
  },
  {
    row: 'SHUT_RDWR: the end of the carrier will do for the end of the server',
    play: [['shutdown SHUT_RDWR', 'ok'], 'carrier ends', ['recv', 'EOF'], ['shutdown SHUT_RDWR', 'ok']],
    wire: ['close_notify', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'SHUT_RD and SHUT_WR come to SHUT_RDWR',
    play: [
      ['shutdown SHUT_RD', 'ok'],
      ['shutdown SHUT_WR', 'ok'],
      ['shutdown SHUT_RDWR', 'ok'],
      'server sends close_notify',
    ],
    wire: ['close_notify', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'SHUT_RDWR after the close_notify of the server closes the carrier at once',
    play: ['server sends close_notify', ['recv', 'EOF'], ['shutdown SHUT_RDWR', 'ok']],
    wire: ['close_notify', 'FIN'],
    carrier: 'closed',
  },

  // close()
  {
    row: 'close: close_notify after all that was sent, and every later call is EBADF',
    play: [
      ['sendall hello', 'ok'],
      ['close', 'waits'],
      'server sends close_notify',
      ['again close', 'ok'],
      ['close', 'ok'],
      ['send hello', 'EBADF'],
      ['sendall hello', 'EBADF'],
      ['recv', 'EBADF'],
      ['recvInto', 'EBADF'],
      ['shutdown SHUT_WR', 'EBADF'],
      ['unwrap', 'EBADF'],
      ['doHandshake', 'EBADF'],
      ['connect', 'EBADF'],
      ['pending', '0'],
    ],
    wire: ['data hello', 'close_notify', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'close: a server that never closes holds it up for a bounded time',
    play: [['close', 'waits'], 'time passes', ['again close', 'ok']],
    wire: ['close_notify', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'close: a server that never reads holds it up for a bounded time, and what waits fails',
    highWaterMark: 16_384,
    play: [
      'server reads nothing',
      ['sendall a lot', 'waits'],
      ['recv', 'waits'],
      ['close', 'waits'],
      ['again recv', 'EBADF'],
      'time passes',
      'time passes',
      ['again close', 'ok'],
      ['again sendall a lot', 'EBADF'],
    ],
    wire: [],
    carrier: 'closed',
  },
  {
    row: 'close: a pending send finishes before close_notify',
    highWaterMark: 16_384,
    play: [
      'server reads nothing',
      ['sendall a lot', 'waits'],
      ['close', 'waits'],
      'server reads on',
      ['again sendall a lot', 'ok'],
      'server sends close_notify',
      ['again close', 'ok'],
    ],
    wire: [...Array.from({ length: 64 }, () => 'data of 16384'), 'close_notify', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'close: what the server still sends is dropped, up to a limit',
    highWaterMark: 16_384,
    play: ['server sends a lot', 'server sends a lot', ['close', 'ok']],
    wire: ['close_notify', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'close after SHUT_WR sends no second close_notify',
    play: [['shutdown SHUT_WR', 'ok'], ['close', 'waits'], 'carrier ends', ['again close', 'ok']],
    wire: ['close_notify', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'close before the handshake is done: user_canceled and close_notify',
    given: 'handshaking',
    play: [
      ['doHandshake', 'waits'],
      ['recv', 'waits'],
      ['close', 'waits'],
      ['again doHandshake', 'EBADF'],
      ['again recv', 'EBADF'],
      'carrier ends',
      ['again close', 'ok'],
    ],
    wire: ['user_canceled', 'close_notify', 'FIN'],
    carrier: 'closed',
  },

  // the server's close_notify
  {
    row: "the server's close_notify: recv gives what was there, then end of file; send still works",
    play: [
      'server sends answer',
      'server sends close_notify',
      ['recv', 'answer'],
      ['recv', 'EOF'],
      ['recvInto', '0'],
      ['sendall hello', 'ok'],
      ['shutdown SHUT_WR', 'ok'],
    ],
    wire: ['data hello', 'close_notify', 'FIN'],
    carrier: 'half-closed',
  },
  {
    row: "the server's close_notify ends a pending recv",
    play: [['recv', 'waits'], 'server sends close_notify', ['again recv', 'EOF']],
    wire: [],
    carrier: 'open',
  },
  {
    row: "the server's close_notify, and then its end of the carrier, is an end like any other",
    halfCloseOnly: true,
    play: ['server sends close_notify', 'carrier ends', ['recv', 'EOF'], ['sendall hello', 'ok']],
    wire: ['data hello'],
    carrier: 'open',
  },

  // the carrier ends
  {
    row: 'the carrier ends without close_notify: what was there, then SSLEOFError, also later',
    play: [
      'server sends answer',
      'carrier ends',
      ['recv', 'answer'],
      ['recv', 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'],
      ['recv', 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'],
      ['send hello', 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'],
      ['shutdown SHUT_WR', 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'],
      ['shutdown SHUT_RD', 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'],
      ['close', 'ok'],
    ],
    wire: ['FIN'],
    carrier: 'closed',
  },
  {
    row: 'the carrier ends without close_notify: every pending call fails',
    highWaterMark: 16_384,
    play: [
      'server reads nothing',
      ['recv', 'waits'],
      ['recvInto', 'waits'],
      ['sendall a lot', 'waits'],
      ['sendall hello', 'waits'],
      ['shutdown SHUT_WR', 'waits'],
      'carrier ends',
      ['again recv', 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'],
      ['again recvInto', 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'],
      ['again sendall a lot', 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'],
      ['again sendall hello', 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'],
      ['again shutdown SHUT_WR', 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'],
      'time passes',
    ],
    wire: [],
    carrier: 'closed',
  },
  {
    row: 'the carrier ends without close_notify, with suppressRaggedEofs: an end of file',
    halfCloseOnly: true,
    suppressRaggedEofs: true,
    play: [
      'server sends answer',
      'carrier ends',
      ['recv', 'answer'],
      ['recv', 'EOF'],
      ['sendall hello', 'ok'],
      ['unwrap', 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'],
    ],
    wire: ['data hello', 'close_notify'],
    carrier: 'open',
  },
  {
    row: 'the carrier ends during the handshake: an error, whatever is suppressed',
    given: 'handshaking',
    suppressRaggedEofs: true,
    play: [
      ['doHandshake', 'waits'],
      'carrier ends',
      ['again doHandshake', 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'],
      ['recv', 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'],
    ],
    wire: ['FIN'],
    carrier: 'closed',
  },

  // resets and fatal alerts
  {
    row: 'the carrier breaks: the error, on every pending and later call',
    highWaterMark: 16_384,
    play: [
      'server reads nothing',
      ['recv', 'waits'],
      ['sendall a lot', 'waits'],
      ['shutdown SHUT_WR', 'waits'],
      'carrier breaks',
      ['again recv', 'ECONNRESET'],
      ['again sendall a lot', 'ECONNRESET'],
      ['again shutdown SHUT_WR', 'ECONNRESET'],
      ['recv', 'ECONNRESET'],
      ['send hello', 'EPIPE'],
      ['shutdown SHUT_RD', 'ECONNRESET'],
      ['unwrap', 'ECONNRESET'],
      ['close', 'ok'],
    ],
    wire: [],
    carrier: 'closed',
  },
  {
    row: 'a fatal alert of the server: the error, on every pending and later call',
    play: [
      ['recv', 'waits'],
      'server sends a fatal alert',
      ['again recv', 'SSLError ALERT_INTERNAL_ERROR'],
      ['recv', 'SSLError ALERT_INTERNAL_ERROR'],
      ['send hello', 'SSLError ALERT_INTERNAL_ERROR'],
      ['shutdown SHUT_RDWR', 'SSLError ALERT_INTERNAL_ERROR'],
      ['unwrap', 'SSLError ALERT_INTERNAL_ERROR'],
      'carrier ends',
      ['close', 'ok'],
    ],
    wire: ['FIN'],
    carrier: 'closed',
  },
  {
    row: 'a fatal alert of the server is seen by who only sends',
    play: [
      ['send hello', '5'],
      'server sends a fatal alert',
      ['send hello', 'SSLError ALERT_INTERNAL_ERROR'],
      'carrier ends',
    ],
    wire: ['data hello', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'a fatal alert of ours goes out before the carrier closes',
    play: [
      ['recv', 'waits'],
      'server sends a forged record',
      ['again recv', 'SSLError DECRYPTION_FAILED_OR_BAD_RECORD_MAC'],
      ['send hello', 'SSLError DECRYPTION_FAILED_OR_BAD_RECORD_MAC'],
      'carrier ends',
    ],
    wire: ['fatal bad_record_mac', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'a fatal alert of ours: the carrier waits for the server to end, for a bounded time',
    play: [
      ['recv', 'waits'],
      'server sends a forged record',
      ['again recv', 'SSLError DECRYPTION_FAILED_OR_BAD_RECORD_MAC'],
      'server sends answer',
      'time passes',
    ],
    wire: ['fatal bad_record_mac', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'a server that speaks no TLS',
    given: 'handshaking',
    play: [
      ['doHandshake', 'waits'],
      'server says SSH-2.0',
      ['again doHandshake', 'SSLError WRONG_VERSION_NUMBER'],
      ['send hello', 'SSLError WRONG_VERSION_NUMBER'],
      'carrier ends',
    ],
    wire: ['fatal unexpected_message', 'FIN'],
    carrier: 'closed',
  },

  // unwrap()
  {
    row: 'unwrap: close_notify both ways, and the carrier lives on',
    play: [
      ['sendall hello', 'ok'],
      ['unwrap', 'waits'],
      ['send hello', 'EPIPE'],
      'server sends close_notify',
      ['again unwrap', 'carrier'],
      ['recv', 'EBADF'],
      ['send hello', 'EBADF'],
      ['unwrap', 'EBADF'],
      ['close', 'ok'],
    ],
    wire: ['data hello', 'close_notify'],
    carrier: 'open',
  },
  {
    row: 'unwrap: data that nobody read is not lost',
    play: [
      'server sends answer',
      ['unwrap', 'SSLError APPLICATION_DATA_AFTER_CLOSE_NOTIFY'],
      ['recv', 'answer'],
      'server sends close_notify',
      ['unwrap', 'carrier'],
    ],
    wire: ['close_notify'],
    carrier: 'open',
  },
  {
    row: 'unwrap: a pending recv comes first',
    play: [
      ['recv', 'waits'],
      ['unwrap', 'waits'],
      'server sends answer',
      ['again recv', 'answer'],
      'server sends close_notify',
      ['again unwrap', 'carrier'],
    ],
    wire: ['close_notify'],
    carrier: 'open',
  },
  {
    row: 'unwrap: after SHUT_RD what comes first is dropped',
    play: [
      ['shutdown SHUT_RD', 'ok'],
      'server sends a lot',
      ['unwrap', 'waits'],
      'server sends answer',
      'server sends close_notify',
      ['again unwrap', 'carrier'],
    ],
    wire: ['close_notify'],
    carrier: 'open',
  },
  {
    row: 'unwrap: what waits behind it finds the socket closed',
    play: [
      ['unwrap', 'waits'],
      ['recv', 'waits'],
      ['recvInto', 'waits'],
      'server sends close_notify',
      ['again unwrap', 'carrier'],
      ['again recv', 'EBADF'],
      ['again recvInto', 'EBADF'],
    ],
    wire: ['close_notify'],
    carrier: 'open',
  },
  {
    row: 'unwrap: there is one carrier to give back',
    play: [
      ['unwrap', 'waits'],
      ['unwrap once more', 'waits'],
      'server sends close_notify',
      ['again unwrap', 'carrier'],
      ['again unwrap once more', 'EBADF'],
    ],
    wire: ['close_notify'],
    carrier: 'open',
  },
  {
    row: 'unwrap: given up by close',
    play: [
      ['unwrap', 'waits'],
      ['close', 'waits'],
      ['again unwrap', 'EBADF'],
      'carrier ends',
      ['again close', 'ok'],
    ],
    wire: ['close_notify', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'unwrap: not after SHUT_RDWR has closed the carrier',
    play: [['shutdown SHUT_RDWR', 'ok'], 'server sends close_notify', ['unwrap', 'EBADF']],
    wire: ['close_notify', 'FIN'],
    carrier: 'closed',
  },
  {
    row: 'unwrap before the handshake is done',
    given: 'handshaking',
    play: [['unwrap', 'SSLError UNINITIALIZED']],
    wire: [],
    carrier: 'open',
  },

  // the order of calls
  {
    row: 'recv after recv is served in order',
    play: [['recv', 'waits'], ['recvInto', 'waits'], 'server sends answer', ['again recv', 'answer']],
    wire: [],
    carrier: 'open',
  },
  {
    row: 'an argument that is none of the three is a TypeError, and nothing happens',
    play: [
      ['shutdown 3', 'TypeError'],
      ['send hello', '5'],
    ],
    wire: ['data hello'],
    carrier: 'open',
  },
  {
    row: 'before connect',
    given: 'unconnected',
    play: [
      ['recv', 'ENOTCONN'],
      ['recvInto', 'ENOTCONN'],
      ['send hello', 'ENOTCONN'],
      ['sendall hello', 'ENOTCONN'],
      ['doHandshake', 'ENOTCONN'],
      ['shutdown SHUT_RD', 'ENOTCONN'],
      ['shutdown SHUT_WR', 'ENOTCONN'],
      ['shutdown SHUT_RDWR', 'ENOTCONN'],
      ['shutdown 3', 'TypeError'],
      ['unwrap', 'ENOTCONN'],
      ['pending', '0'],
      ['close', 'ok'],
      ['recv', 'EBADF'],
      ['connect', 'EBADF'],
      ['shutdown SHUT_WR', 'EBADF'],
    ],
    wire: [],
    carrier: 'closed',
  },
];

const test = suite('half-close');

for (const halfClose of [true, false]) {
  for (const row of table) {
    if (row.halfCloseOnly && !halfClose) continue;
    test(`${row.row} (${halfClose ? 'a carrier that half-closes' : 'one that does not'})`, async () => {
      const scene = await createScene({ ...row, halfClose });
      await play(scene, row.play);
      assert.equal(scene.wire(), halfClose ? row.wire : row.wire.filter((record) => record !== 'FIN'));
      const left = row.carrier === 'half-closed' && !halfClose ? 'open' : row.carrier;
      assert.is(scene.carrier.state, left, 'state of the carrier');
      await scene.close();
      assert.is(scene.platform.timers, 0, 'no timer outlives the connection');
    });
  }
}

test.run();
