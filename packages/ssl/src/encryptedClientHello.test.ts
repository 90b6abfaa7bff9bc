/** Encrypted Client Hello and post-quantum key exchange on the socket: with a scripted server, and with one of Go. */
import type { GroupName } from '@halfclose/crypto';
import { CERT_NONE, SSLContext, type SSLError, type SSLSocket } from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import {
  createEchKeys,
  createScriptedServer,
  encodeEchConfig,
  encodeEchConfigList,
  overTransport,
  type ScriptedServer,
  type ServerOptions,
} from '@halfclose/testing/peer';
import { type GoOptions, type GoReport, hasGo, startGo } from '@halfclose/testing/servers';
import { namedGroups } from '@halfclose/tls';
import { extensionTypes, findExtension, groupDisplayName, readClientKeyShares } from '@halfclose/tls/codec';
import { memoryPair } from '@halfclose/transports/memory';
import { Socket } from '@halfclose/transports/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['secret.example', 'public.example'] });
const ech = createEchKeys({ maximumNameLength: 32 });

async function newContext(configList: Uint8Array | null = null, clock = Date.now): Promise<SSLContext> {
  const platform = createTestPlatform({
    clock,
    setTimer(callback, milliseconds) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  });
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ cadata: root.pem });
  context.echConfigList = configList;
  return context;
}

const scripted = suite('ECH on the socket');

/** A handshake with a server that does it right, and what becomes of it. */
async function handshake(
  context: SSLContext,
  options: Partial<ServerOptions>,
  use: (socket: SSLSocket, server: ScriptedServer) => void,
): Promise<void> {
  const [ours, theirs] = memoryPair();
  const server = createScriptedServer({ credentials, ...options });
  const peer = overTransport(server, theirs);
  const socket = context.wrapSocket(ours, { serverHostname: 'secret.example' });
  try {
    await socket.doHandshake();
    use(socket, server);
  } finally {
    await Promise.all([socket.close(), peer.close()]);
  }
}

scripted('GREASE, where nobody says otherwise; hidden, with a list', async () => {
  await handshake(await newContext(), {}, ({ facts }) => assert.is(facts?.echOutcome, 'grease'));
  const hiding = await newContext(ech.list);
  assert.is(hiding.echConfigList, ech.list);
  await handshake(hiding, { ech }, ({ facts }) => assert.is(facts?.echOutcome, 'accepted'));
  hiding.echConfigList = null;
  await handshake(hiding, { ech }, ({ facts }) => assert.is(facts?.echOutcome, 'grease'));
});

scripted('a server with another key: the error has its configurations, which go on from there', async () => {
  const context = await newContext(createEchKeys().list);
  let error: SSLError | undefined;
  try {
    await handshake(context, { ech }, () => assert.unreachable());
  } catch (cause) {
    error = cause as SSLError;
  }
  assert.is(error?.reason, 'ECH_REJECTED');
  assert.is(error?.alert, 'ech_required');
  assert.equal(error?.retryConfigs, ech.list);
  context.echConfigList = error?.retryConfigs ?? null;
  await handshake(context, { ech }, ({ facts }) => assert.is(facts?.echOutcome, 'accepted'));
});

scripted(
  'who is not verified as the public name is believed nothing, whatever else is not checked',
  async () => {
    const other = await root.issue({ dnsNames: ['attacker.example'] });
    const contexts = [
      await newContext(createEchKeys().list),
      await newContext(createEchKeys().list),
    ] as const;
    for (const context of contexts) context.checkHostname = false;
    contexts[1].verifyMode = CERT_NONE;
    for (const context of contexts) {
      try {
        await handshake(context, { ech, credentials: other }, () => assert.unreachable());
        assert.unreachable();
      } catch (error) {
        assert.is((error as SSLError).reason, 'CERTIFICATE_VERIFY_FAILED');
        assert.is((error as SSLError).retryConfigs, undefined);
      }
    }
  },
);

scripted(
  'where nothing of a list is of use, the name goes out in clear, or no connection comes about',
  async () => {
    const list = encodeEchConfigList([encodeEchConfig({ kemId: 0x6666 })]);
    const context = await newContext(list);
    assert.is(context.echRequired, false);
    await handshake(context, {}, ({ facts }) => assert.is(facts?.echOutcome, 'grease'));
    context.echRequired = true;
    const reasonOf = (): Promise<string> =>
      handshake(context, {}, () => {}).then(
        () => 'done',
        (error: SSLError) => error.reason,
      );
    assert.is(await reasonOf(), 'UNUSABLE_ECH_CONFIG_LIST');
    // It counts for lists to come, and without one there is nothing to be required.
    context.echConfigList = null;
    assert.is(await reasonOf(), 'done');
    context.echConfigList = list;
    assert.is(await reasonOf(), 'UNUSABLE_ECH_CONFIG_LIST');
    assert.throws(
      () => {
        context.echRequired = 1 as unknown as boolean;
      },
      (error: unknown) => error instanceof TypeError,
    );
  },
);

scripted('a list that is none is refused, and the one before it stays', async () => {
  const context = await newContext(ech.list);
  assert.throws(
    () => {
      context.echConfigList = Uint8Array.of(1, 2, 3);
    },
    (error: SSLError) => error.reason === 'INVALID_ECH_CONFIG_LIST',
  );
  assert.is(context.echConfigList, ech.list);
});

scripted('what a server chose is sent to it alone the next time, for an hour', async () => {
  let now = Date.now();
  const context = await newContext(null, () => now);
  const shares: string[] = [];
  const connect = (group: GroupName): Promise<void> =>
    handshake(context, { group }, ({ facts }, server) => {
      assert.is(facts?.group, group);
      const [hello] = server.hellos;
      const extension = findExtension(hello?.extensions ?? [], extensionTypes.keyShare);
      const sent = extension === undefined ? [] : readClientKeyShares(extension.data);
      shares.push(`${sent.map((share) => groupDisplayName(share.group))} ${facts?.helloRetryRequest}`);
    });
  await connect('secp384r1');
  await connect('secp384r1');
  now += 3_599_999;
  await connect('secp384r1');
  now += 1;
  await connect('secp384r1');
  await connect('x25519');
  await connect('x25519');
  await connect('X25519MLKEM768');
  await connect('X25519MLKEM768');
  assert.equal(shares, [
    'X25519MLKEM768,x25519 true',
    'secp384r1 false',
    'secp384r1 false',
    'X25519MLKEM768,x25519 true',
    'secp384r1 true',
    'x25519 false',
    'x25519 true',
    'X25519MLKEM768,x25519 false',
  ]);
});

scripted.run();

const withGo = suite('crypto/tls of Go');
const serverInGo = hasGo() ? withGo : withGo.skip;
if (serverInGo === withGo.skip) console.log('skipped: Go 1.26 is not installed, a server that knows ECH');

async function reportOf(context: SSLContext, port: number): Promise<GoReport> {
  const socket = context.wrapSocket(new Socket(), { serverHostname: 'secret.example' });
  try {
    await socket.connect(['127.0.0.1', port]);
    const chunks: Uint8Array[] = [];
    for (;;) {
      const chunk = await socket.recv(4096);
      if (chunk.length === 0) break;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString()) as GoReport;
  } finally {
    await socket.close();
  }
}

async function withServer(
  options: Omit<GoOptions, 'credentials'>,
  use: (port: number) => Promise<void>,
): Promise<void> {
  const { port, close } = await startGo({ credentials, ...options });
  try {
    await use(port);
  } finally {
    await close();
  }
}

const keysOf = ({ config, keys }: typeof ech): NonNullable<GoOptions['ech']> => ({
  config,
  privateKey: keys.privateOctets,
});

serverInGo('reads a hidden hello, with and without a HelloRetryRequest', async () => {
  for (const groups of [[], [namedGroups.secp384r1]]) {
    await withServer({ ech: keysOf(ech), groups }, async (port) => {
      const report = await reportOf(await newContext(ech.list), port);
      assert.equal(
        [report.ServerName, report.EchAccepted, report.DidRetry],
        ['secret.example', true, groups.length > 0],
      );
    });
  }
});

serverInGo(
  'rejects one for another key, and reads the next with the configurations that it gave',
  async () => {
    await withServer({ ech: keysOf(ech) }, async (port) => {
      const context = await newContext(createEchKeys().list);
      try {
        await reportOf(context, port);
        assert.unreachable();
      } catch (error) {
        assert.is((error as SSLError).reason, 'ECH_REJECTED');
        assert.equal((error as SSLError).retryConfigs, ech.list);
        context.echConfigList = (error as SSLError).retryConfigs ?? null;
      }
      assert.is((await reportOf(context, port)).EchAccepted, true);
    });
  },
);

serverInGo('takes GREASE for what it is', async () => {
  for (const options of [{}, { ech: keysOf(ech) }]) {
    await withServer(options, async (port) => {
      const report = await reportOf(await newContext(), port);
      assert.equal([report.ServerName, report.EchAccepted], ['secret.example', false]);
    });
  }
});

serverInGo('agrees on X25519MLKEM768 without a HelloRetryRequest, and on what else it has', async () => {
  await withServer({}, async (port) => {
    const report = await reportOf(await newContext(), port);
    assert.equal([report.Group, report.DidRetry], ['X25519MLKEM768', false]);
  });
  await withServer({ groups: [namedGroups.secp384r1] }, async (port) => {
    const context = await newContext();
    const reports = [await reportOf(context, port), await reportOf(context, port)];
    assert.equal(
      reports.map(({ Group, DidRetry }) => [Group, DidRetry]),
      [
        ['CurveP384', true],
        ['CurveP384', false],
      ],
    );
  });
});

withGo.run();
