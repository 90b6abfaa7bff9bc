/** The process of the servers: `node:tls`, one listener for each set of parameters that it is asked for, and one in clear. */
import { once } from 'node:events';
import { type AddressInfo, createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { type Authority, createAuthority } from '@halfclose/testing/ca';
import { type KeyType, type Parameters, type Suite, type Target, versionOf } from './cases.ts';
import { chunkLength, decodeRequest, requestLength, upload } from './protocol.ts';

const chunk = Buffer.alloc(chunkLength, 'halfclose');
const authorities = new Map<KeyType, Authority>();
const plainPort = portOf(createPlainServer(take));

process.on('message', async (parameters: Parameters) => {
  process.send?.(await listen(parameters));
});

/** Those of TLS 1.3 it calls as the standard does. */
const opensslNames: Partial<Record<Suite, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
};

async function listen(parameters: Parameters): Promise<Target> {
  const { keyType, suite, group } = parameters;
  const root = authorities.get(keyType) ?? (await createAuthority({ keyType }));
  authorities.set(keyType, root);
  const intermediate = await root.issueAuthority({ keyType });
  const leaf = await intermediate.issue({ keyType, dnsNames: ['localhost'] });
  const server = createServer(
    {
      cert: leaf.chainPem,
      key: leaf.privateKeyPem,
      minVersion: versionOf(suite),
      maxVersion: versionOf(suite),
      ciphers: opensslNames[suite] ?? suite,
      ecdhCurve: group,
    },
    take,
  );
  return {
    parameters,
    port: await portOf(server),
    ca: root.pem,
    plainPort: await plainPort,
    pid: process.pid,
  };
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function take(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  serve(socket).catch(() => socket.destroy());
}

/** Answers requests until the client ends. */
async function serve(socket: Socket): Promise<void> {
  let head = Buffer.alloc(0);
  let toTake = 0;
  for await (const data of socket as AsyncIterable<Buffer>) {
    let rest = data;
    while (rest.length > 0) {
      if (toTake > 0) {
        const taken = Math.min(toTake, rest.length);
        toTake -= taken;
        rest = rest.subarray(taken);
        if (toTake === 0) socket.write('.');
        continue;
      }
      const missing = requestLength - head.length;
      head = Buffer.concat([head, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (head.length < requestLength) continue;
      const { direction, count } = decodeRequest(head);
      head = Buffer.alloc(0);
      if (direction === upload) toTake = count;
      else await send(socket, count);
    }
  }
}

async function send(socket: Socket, count: number): Promise<void> {
  for (let left = count; left > 0; left -= chunkLength) {
    if (!socket.write(left < chunkLength ? chunk.subarray(0, left) : chunk)) await once(socket, 'drain');
  }
}
