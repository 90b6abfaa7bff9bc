import { domainToASCII } from 'node:url';
import { createAuthority } from '@halfclose/testing/ca';
import { startTlsServer } from '@halfclose/testing/servers';
import * as fc from 'fast-check';
import { createDefaultContext, PROTOCOL_TLS_CLIENT, Socket, SSLContext } from 'halfclose';
import { toASCII } from 'halfclose/idna';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { webPlatform } from './platform/web.ts';

const test = suite('names outside of ASCII');

test('the library knows A-labels', () => {
  for (const [name, expected] of [
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['faß.example', 'xn--fa-hia.example'],
    ['a\u3002b', 'a.b'],
    ['مثال.إختبار', 'xn--mgbh0fb.xn--kgbechtv'],
    ['\u00ad', ''],
    ['xn--a.ü', ''],
    ['ü\u200d.example', ''],
  ] as const) {
    assert.is(toASCII(name), expected, name);
  }
});

test('the library, Node and URL agree', () => {
  const web = (name: string): string => {
    try {
      return webPlatform.toASCII?.(name) ?? 'not converted';
    } catch {
      return '';
    }
  };
  // Not both directions in one name: what mixtures are right differs from one version of the rules to the next.
  const letter = fc.constantFrom(...'aZ0-._äÖßéşчก中日あ한☃', '\u0308', '\u200d', '\u3002', '\uff21');
  fc.assert(
    fc.property(fc.string({ unit: letter, minLength: 1, maxLength: 12 }), (name) => {
      const host = `${name}ü.example`;
      assert.is(toASCII(host), domainToASCII(host), host);
      assert.is(web(host), domainToASCII(host), host);
    }),
  );
});

test('what is sent, what is checked and what is shown is the A-label', async () => {
  const root = await createAuthority();
  const credentials = await root.issue({ dnsNames: ['xn--bcher-kva.localhost'] });
  const server = await startTlsServer({
    credentials,
    onConnection: (socket) => socket.end(socket.servername || ''),
  });
  try {
    for (const platform of [{}, { toASCII }, webPlatform]) {
      const context = new SSLContext(PROTOCOL_TLS_CLIENT, platform);
      await context.loadVerifyLocations({ cadata: root.pem });
      const socket = context.wrapSocket(new Socket(), { serverHostname: 'Bücher.localhost' });
      assert.is(socket.serverHostname, 'xn--bcher-kva.localhost');
      await socket.connect(['127.0.0.1', server.port]);
      assert.is(Buffer.from(await socket.recv()).toString(), 'xn--bcher-kva.localhost');
      await socket.close();
    }
    const context = await createDefaultContext({ cadata: root.pem });
    const other = context.wrapSocket(new Socket(), { serverHostname: 'bücherei.localhost' });
    const error = await other.connect(['127.0.0.1', server.port]).catch((reason: unknown) => reason);
    assert.match(String(error), "certificate is not valid for 'xn--bcherei-n2a.localhost'");
  } finally {
    await server.close();
  }
});

test.run();
