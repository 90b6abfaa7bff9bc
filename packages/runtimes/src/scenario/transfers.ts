/** Octets in both directions, one after the other and at once. */
import { SHUT_WR } from '@halfclose/ssl';
import { connect, connectAnew, expect, goThereAndBack, newContext, pattern, receiveThe } from './exchange.ts';
import { type Check, LeftOut, type NamedCheck } from './world.ts';

export const transfers: readonly NamedCheck[] = [
  ['TLS 1.3: verified, half-closed, all octets back', echoed('echo13', 'TLSv1.3')],
  ['TLS 1.2: verified, half-closed, all octets back', echoed('echo12', 'TLSv1.2')],
  ['TLS 1.3: octets both ways at once', mirrored('mirror13')],
  ['TLS 1.2: octets both ways at once', mirrored('mirror12')],
  ['TLS 1.3: a session resumed', resumed('echo13')],
  ['TLS 1.2: a session resumed', resumed('echo12')],
  ['OpenSSL over TLS 1.3', reversed('openssl13', 'TLSv1.3')],
  ['OpenSSL over TLS 1.2', reversed('openssl12', 'TLSv1.2')],
];

function echoed(server: 'echo13' | 'echo12', version: string): Check {
  return async (world, setting) => {
    const socket = await connectAnew(world, setting, setting.ports[server]);
    expect(socket.version(), version);
    await goThereAndBack(socket, setting.octets);
  };
}

function mirrored(server: 'mirror13' | 'mirror12'): Check {
  return async (world, setting) => {
    const socket = await connectAnew(world, setting, setting.ports[server]);
    const data = pattern(setting.octets);
    const sending = async (): Promise<void> => {
      await socket.sendall(data);
      await socket.shutdown(SHUT_WR);
    };
    await Promise.all([sending(), receiveThe(data, socket)]);
    await socket.close();
  };
}

function resumed(server: 'echo13' | 'echo12'): Check {
  return async (world, setting) => {
    const context = await newContext(world, setting);
    const first = await connect(world, context, setting.ports[server]);
    await goThereAndBack(first, 100);
    expect(first.sessionReused, false);
    const second = await connect(world, context, setting.ports[server], first.session);
    expect(second.sessionReused, true);
    await goThereAndBack(second, 100);
  };
}

/** `s_server -rev` turns each line round. */
function reversed(server: 'openssl13' | 'openssl12', version: string): Check {
  return async (world, setting) => {
    const port = setting.ports[server];
    if (port === undefined) throw new LeftOut('OpenSSL 3 is not installed');
    const socket = await connectAnew(world, setting, port);
    expect(socket.version(), version);
    await socket.sendall(Uint8Array.of(97, 98, 99, 10));
    const line: number[] = [];
    while (line.length < 4) {
      const chunk = await socket.recv(4);
      if (chunk.length === 0) break;
      line.push(...chunk);
    }
    expect(line.join(), '99,98,97,10');
    await socket.close();
  };
}
