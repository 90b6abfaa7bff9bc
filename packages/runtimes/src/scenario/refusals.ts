/** What is refused, and what is noticed to be missing. */
import { SSLCertVerificationError, SSLEOFError } from '@halfclose/ssl';
import { connectAnew, digestOf, expect, failureOf, newContext, octetsOf, wrap } from './exchange.ts';
import type { Check, NamedCheck, Ports } from './world.ts';

export const refusals: readonly NamedCheck[] = [
  ['a certificate for another name is refused', refused('otherName', 62)],
  ['an expired certificate is refused', refused('expired', 10)],
  ['a certificate that is not valid yet is refused', refused('notYetValid', 9)],
  ['a certificate of an unknown authority is refused', refused('otherAuthority', 20)],
  ['a self-signed certificate is refused', refused('selfSigned', 18)],
  ['TLS 1.3: a truncated stream is no end', truncated('truncating13')],
  ['TLS 1.2: a truncated stream is no end', truncated('truncating12')],
  ['a stream that is cut in a record is no end', cut],
  ['a server that hangs up in the handshake', hungUp],
];

/** @param verifyCode OpenSSL's number for the reason */
function refused(server: keyof Ports, verifyCode: number): Check {
  return async (world, setting) => {
    const socket = await wrap(world, await newContext(world, setting), setting.ports[server] ?? 0);
    const error = await failureOf(socket.doHandshake());
    if (!(error instanceof SSLCertVerificationError)) throw error;
    expect(error.verifyCode, verifyCode);
    await socket.close();
  };
}

function truncated(server: 'truncating13' | 'truncating12'): Check {
  return async (world, setting) => {
    const socket = await connectAnew(world, setting, setting.ports[server]);
    const received: number[] = [];
    const error = await failureOf(
      (async () => {
        for await (const chunk of socket) received.push(...chunk);
      })(),
    );
    if (!(error instanceof SSLEOFError)) throw error;
    expect(digestOf(Uint8Array.from(received)), digestOf(octetsOf('truncated')));
    await socket.close();
  };
}

async function cut(...[world, setting]: Parameters<Check>): Promise<void> {
  const socket = await connectAnew(world, setting, setting.ports.cutting);
  let received = 0;
  const error = await failureOf(
    (async () => {
      for await (const chunk of socket) received += chunk.length;
    })(),
  );
  if (!(error instanceof SSLEOFError)) throw error;
  // One whole record comes before the one that is cut.
  expect(received, 16_384);
  await socket.close();
}

async function hungUp(...[world, setting]: Parameters<Check>): Promise<void> {
  const socket = await wrap(world, await newContext(world, setting), setting.ports.hangingUp);
  const error = await failureOf(socket.doHandshake());
  if (!(error instanceof SSLEOFError)) throw error;
  await socket.close();
}
