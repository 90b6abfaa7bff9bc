/**
 * A server of tlslite-ng in Python. Of the servers that are easily had it alone sends cookies over TCP: those of Go, Node and
 * GnuTLS never do, and `openssl s_server -stateless` ends every connection, that of `openssl s_client` too.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Credentials, TestServer } from '@halfclose/testing/servers';

/** Prints its port, then of each ClientHello whether it has a cookie; answers one client, and ends. */
const program = `
import socket, sys
from tlslite import messages
from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey
from tlslite.constants import ExtensionType

parse = messages.ClientHello.parse
def watched(self, parser):
    hello = parse(self, parser)
    print('without' if hello.getExtension(ExtensionType.cookie) is None else 'cookie', flush=True)
    return hello
messages.ClientHello.parse = watched

chain = X509CertChain()
chain.parsePemList(open(sys.argv[1]).read())
settings = HandshakeSettings()
settings.minVersion = settings.maxVersion = (3, 4)
settings.eccCurves = settings.keyShares = ['secp384r1']
settings.dhGroups = []
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)
connection = TLSConnection(listener.accept()[0])
connection.handshakeServer(
    certChain=chain, privateKey=parsePEMKey(open(sys.argv[2]).read(), private=True), settings=settings)
connection.write(b'hello ' + connection.read(max=100, min=1))
connection.close()
`;

/** Whether there is a Python that has tlslite-ng. */
export function hasTlslite(): boolean {
  return spawnSync('python3', ['-c', 'import tlslite.api']).status === 0;
}

export interface TlsliteServer extends TestServer {
  /** Of each ClientHello: `without`, or `cookie`. */
  readonly hellos: readonly string[];
}

export async function startTlslite({ chainPem, privateKeyPem }: Credentials): Promise<TlsliteServer> {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-tlslite-'));
  const paths = [join(directory, 'chain.pem'), join(directory, 'key.pem')] as const;
  writeFileSync(paths[0], chainPem);
  writeFileSync(paths[1], privateKeyPem, { mode: 0o600 });
  const child = spawn('python3', ['-c', program, ...paths], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const lines = createInterface(child.stdout);
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  const [port] = await Promise.race([once(lines, 'line'), ended]);
  if (child.exitCode !== null) {
    await close();
    throw new Error('the server of tlslite-ng did not start');
  }
  const hellos: string[] = [];
  lines.on('line', (line) => hellos.push(line));
  return { port: Number(port), hellos, close };
}
