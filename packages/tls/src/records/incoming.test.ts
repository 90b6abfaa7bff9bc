import { nobleChaCha20Poly1305 } from '@halfclose/crypto/noble';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createIncomingRecords, type IncomingRecords } from './incoming.ts';
import { createOutgoingRecords } from './outgoing.ts';
import { createRecordProtection, type RecordProtection } from './protection.ts';

const protection = (): RecordProtection =>
  createRecordProtection(nobleChaCha20Poly1305.create(new Uint8Array(32)), new Uint8Array(12), 16);

function established(): IncomingRecords {
  const incoming = createIncomingRecords({
    handshake: () => assert.unreachable('no handshake message was sent'),
    alert: () => assert.unreachable('no alert was sent'),
    changeCipherSpec: () => assert.unreachable('no change_cipher_spec was sent'),
    applicationData: () => {},
    insideMessage: () => false,
    mayContinue: () => true,
  });
  incoming.protect(protection());
  incoming.establish();
  return incoming;
}

/** Records with contents of the given lengths, one behind the other. */
function sealed(...lengths: readonly number[]): Uint8Array {
  const outgoing = createOutgoingRecords();
  outgoing.protect(protection());
  const flights = lengths.map((length, index) => {
    outgoing.appendApplicationData(new Uint8Array(length).fill(index + 1), 0, 1);
    const flight = outgoing.pending().slice();
    outgoing.taken(flight.length);
    return flight;
  });
  return Uint8Array.from(Buffer.concat(flights));
}

const records = suite('incoming records');

records('a record that was gathered waits for room without being lost', () => {
  const octets = sealed(16_000, 16_000);
  const incoming = established();
  const cut = octets.length - 100;
  assert.is(incoming.receive(octets.subarray(0, cut), 0), cut, 'the second record is gathered');
  const taken = incoming.receive(octets, cut);
  assert.ok(taken < 100, 'what completes it is not taken while the first waits to be read');

  const target = new Uint8Array(16_000);
  assert.is(incoming.read(target, 0, target.length), 16_000);
  assert.is(incoming.receive(octets, cut + taken), 100 - taken);
  assert.is(incoming.readable, 16_000);
  incoming.read(target, 0, target.length);
  assert.ok(target.every((octet) => octet === 2));
});

records('whatever the cuts and the reads, all of it arrives, and everything taken is readable', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 16_384 }), { minLength: 1, maxLength: 6 });
  const cuts = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(lengths, cuts, fc.integer({ min: 1, max: 20_000 }), (sizes, pieces, readSize) => {
      const octets = sealed(...sizes);
      const incoming = established();
      const target = new Uint8Array(readSize);
      let received = 0;
      let at = 0;
      for (let turn = 0; at < octets.length || incoming.readable > 0; turn++) {
        const piece = octets.subarray(at, at + (pieces[turn % pieces.length] ?? 1));
        const taken = incoming.receive(piece, 0);
        at += taken;
        const count = incoming.read(target, 0, target.length);
        received += count;
        assert.ok(taken > 0 || count > 0, 'each turn brings something');
      }
      assert.is(
        received,
        sizes.reduce((sum, size) => sum + size, 0),
      );
    }),
  );
});

records.run();
