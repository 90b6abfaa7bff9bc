import { createAuthority, type Issued } from '@halfclose/testing/ca';
import { startTlsServer, type TestServer, type TlsServerOptions } from '@halfclose/testing/servers';
import type { DemoHost } from './demo.ts';
import { breakOff, talk } from './talk.ts';

export interface DemoServers {
  readonly authority: string;
  readonly hosts: readonly DemoHost[];
  close(): Promise<void>;
}

const day = 86_400_000;
const name = 'localhost';

/** An authority, and servers with certificates by it, good and bad, each made now. */
export async function startDemoServers(): Promise<DemoServers> {
  const root = await createAuthority({ name: 'Demonstration Root' });
  const intermediate = await root.issueAuthority({ name: 'Demonstration Intermediate', pathLength: 0 });
  const stranger = await createAuthority({ name: 'Somebody Else' });
  const good = await intermediate.issue({ dnsNames: [name] });
  const expired = await intermediate.issue({
    dnsNames: [name],
    notBefore: new Date(Date.now() - 30 * day),
    notAfter: new Date(Date.now() - day),
  });
  const servers: TestServer[] = [];
  const hosts: DemoHost[] = [];
  const add = async (
    host: Pick<DemoHost, 'id' | 'title' | 'about'>,
    credentials: Issued,
    more: Partial<TlsServerOptions> = {},
  ): Promise<void> => {
    const server = await startTlsServer({
      credentials,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      allowHalfOpen: true,
      onConnection: talk,
      ...more,
    });
    servers.push(server);
    hosts.push({ ...host, name, port: server.port });
  };

  await add(
    { id: 'good', title: 'All in order', about: 'A good certificate, and a server that talks.' },
    good,
  );
  await add(
    {
      id: 'retry',
      title: 'Another group',
      about: 'It wants a key exchange that the first hello has no key for.',
    },
    good,
    { groups: 'P-384' },
  );
  await add(
    { id: 'cut', title: 'Cut short', about: 'A server that breaks off without a close_notify.' },
    good,
    { onConnection: breakOff },
  );
  await add({ id: 'expired', title: 'Expired', about: 'Its certificate was good until yesterday.' }, expired);
  await add(
    { id: 'name', title: 'Another name', about: 'Its certificate is for elsewhere.example.' },
    await intermediate.issue({ dnsNames: ['elsewhere.example'] }),
  );
  await add(
    {
      id: 'authority',
      title: 'Unknown authority',
      about: 'Its certificate is by nobody whom this page trusts.',
    },
    await stranger.issue({ dnsNames: [name] }),
  );
  return {
    authority: root.pem,
    hosts,
    async close() {
      for (const server of servers) await server.close();
    },
  };
}
