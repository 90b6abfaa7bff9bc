/** What is wrong with a server's certificate, said with the code and in the words of Python's ssl. */
import {
  MemoryBIO,
  SSLCertVerificationError,
  SSLContext,
  SSLWantReadError,
  VERIFY_CRL_CHECK_CHAIN,
  VERIFY_CRL_CHECK_LEAF,
  VERIFY_X509_STRICT,
} from '@halfclose/ssl';
import { createAuthority, createCrl, createSelfSigned, type Issued, pem } from '@halfclose/testing/ca';
import { createScriptedServer } from '@halfclose/testing/peer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';
import { type Meeting, pythonVerdicts } from './testing/pythonVerdicts.ts';

const test = suite("verdicts and Python's");
const root = await createAuthority({ name: 'Root' });
const other = await createAuthority({ name: 'Other' });
const intermediate = await root.issueAuthority({ name: 'Intermediate' });
const dnsNames = ['example.com'];
const leaf = await root.issue({ dnsNames });
const below = await intermediate.issue({ dnsNames });
const under = async (options: Parameters<typeof root.issueAuthority>[0]): Promise<Issued> =>
  (await root.issueAuthority(options)).issue({ dnsNames });
const crlOf = (issuer: typeof root, ...revoked: readonly Issued[]): string =>
  pem('X509 CRL', createCrl({ issuer, revoked: revoked.map(({ certificate }) => ({ certificate })) }));
const pastCrl = pem(
  'X509 CRL',
  createCrl({ issuer: root, thisUpdate: new Date('2001-01-01'), nextUpdate: new Date('2001-02-01') }),
);

interface Case extends Partial<Meeting> {
  readonly title: string;
  readonly server: Issued;
}

const strictly = { verifyFlags: VERIFY_X509_STRICT };
const nameless = await createAuthority({ subjectKeyIdentifier: false });
const useless = await createAuthority({ keyUsage: false });

const cases: readonly Case[] = [
  { title: 'good', server: leaf },
  { title: 'good, with an intermediate', server: below },
  { title: 'expired', server: await root.issue({ dnsNames, notAfter: new Date('2001-01-01') }) },
  { title: 'not yet valid', server: await root.issue({ dnsNames, notBefore: new Date('2090-01-01') }) },
  { title: 'an unknown issuer', server: leaf, trusted: other.pem },
  { title: 'signed by itself', server: await createSelfSigned({ dnsNames }) },
  { title: 'another name', server: leaf, serverHostname: 'example.org' },
  { title: 'another address', server: leaf, serverHostname: '192.0.2.1' },
  { title: 'another purpose', server: await root.issue({ dnsNames, extendedKeyUsage: ['clientAuth'] }) },
  { title: 'no authority', server: await under({ basicConstraints: { ca: false } }) },
  { title: 'an authority that may not sign', server: await under({ keyUsage: ['digitalSignature'] }) },
  {
    title: 'too long a path',
    server: await root
      .issueAuthority({ pathLength: 0 })
      .then((first) => first.issueAuthority())
      .then((second) => second.issue({ dnsNames })),
  },
  { title: 'no CRL', server: leaf, verifyFlags: VERIFY_CRL_CHECK_LEAF },
  { title: 'a CRL', server: leaf, verifyFlags: VERIFY_CRL_CHECK_LEAF, trusted: root.pem + crlOf(root) },
  {
    title: 'a CRL that is too old',
    server: leaf,
    verifyFlags: VERIFY_CRL_CHECK_LEAF,
    trusted: root.pem + pastCrl,
  },
  {
    title: 'revoked',
    server: leaf,
    verifyFlags: VERIFY_CRL_CHECK_LEAF,
    trusted: root.pem + crlOf(root, leaf),
  },
  {
    title: 'a CRL for the server alone',
    server: below,
    verifyFlags: VERIFY_CRL_CHECK_CHAIN,
    trusted: root.pem + crlOf(intermediate),
  },
  {
    title: 'an authority that was revoked',
    server: below,
    verifyFlags: VERIFY_CRL_CHECK_CHAIN,
    trusted: root.pem + crlOf(intermediate) + crlOf(root, intermediate),
  },
  { title: 'strictly: good', server: below, ...strictly },
  {
    title: 'strictly: no key identifier of the issuer',
    server: await root.issue({ dnsNames, authorityKeyIdentifier: false }),
    ...strictly,
  },
  {
    title: 'strictly: no key identifier of the authority',
    server: await nameless.issue({ dnsNames, authorityKeyIdentifier: Uint8Array.of(1, 2, 3) }),
    trusted: nameless.pem,
    ...strictly,
  },
  {
    title: 'strictly: no use of a key',
    server: await useless.issue({ dnsNames }),
    trusted: useless.pem,
    ...strictly,
  },
];

async function verdict({
  server,
  trusted = root.pem,
  serverHostname = 'example.com',
  verifyFlags = 0,
}: Case) {
  const context = new SSLContext(createTestPlatform());
  await context.loadVerifyLocations({ cadata: trusted });
  context.verifyFlags |= verifyFlags;
  const [incoming, outgoing] = [new MemoryBIO(), new MemoryBIO()];
  const client = context.wrapBio(incoming, outgoing, { serverHostname });
  assert.throws(
    () => client.doHandshake(),
    (error: unknown) => error instanceof SSLWantReadError,
  );
  const peer = createScriptedServer({ credentials: server });
  peer.receive(outgoing.read());
  incoming.write(peer.output().slice());
  try {
    client.doHandshake();
    return 'good';
  } catch (error) {
    if (!(error instanceof SSLCertVerificationError)) throw error;
    return `${error.verifyCode} ${error.verifyMessage}`;
  }
}

const theirs = pythonVerdicts(
  cases.map(({ server, trusted = root.pem, serverHostname = 'example.com', verifyFlags = 0 }) => ({
    chain: server.chainPem + server.privateKeyPem,
    trusted,
    serverHostname,
    verifyFlags,
  })),
);
if (theirs === undefined) {
  console.log("skipped: Python is not installed, verdicts are not compared with Python's");
} else {
  for (const [index, each] of cases.entries()) {
    test(each.title, async () => assert.is(await verdict(each), theirs[index]));
  }
}

test.run();
