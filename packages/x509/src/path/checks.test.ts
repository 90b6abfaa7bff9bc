import { type CertificateOptions, createAuthority, der, type KeyType } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CertificateErrorCode } from '../errors.ts';
import { opensslVerdict } from '../opensslVerdict.ts';
import { refusal, verify } from '../testing/verify.ts';

/** A path of three; the options are those of one of its certificates, the others are right. */
interface Path {
  readonly leaf?: CertificateOptions;
  readonly intermediate?: CertificateOptions;
  readonly root?: CertificateOptions;
}

async function issue({ leaf, intermediate, root }: Path) {
  const top = await createAuthority({ name: 'Root', ...root });
  const middle = await top.issueAuthority({ name: 'Intermediate', ...intermediate });
  const server = await middle.issue({ dnsNames: ['example.com'], ...leaf });
  return {
    chain: server.chain,
    trusted: [top.certificate],
    certificates: { leaf: server.certificate, intermediate: middle.certificate, root: top.certificate },
  };
}

function accepts(what: string, path: Path): void {
  test(`accepts ${what}`, async () => {
    await verify({ ...(await issue(path)), serverName: 'example.com' });
  });
}

/** Refuses it with this code, for the certificate that has options. */
function refuses(what: string, path: Path, code: CertificateErrorCode, verifyCode: number): void {
  test(`refuses ${what}`, async () => {
    const issued = await issue(path);
    const error = await refusal({ ...issued, serverName: 'example.com' });
    assert.is(error.code, code, error.message);
    assert.is(opensslVerdict(error).verifyCode, verifyCode);
    const [culprit] = Object.keys(path) as (keyof Path)[];
    assert.equal(error.certificate?.raw, culprit && issued.certificates[culprit]);
  });
}

/** The same three times, for each certificate of a path. */
function refusesEverywhere(
  what: string,
  options: CertificateOptions,
  code: CertificateErrorCode,
  verifyCode: number,
): void {
  for (const place of ['leaf', 'intermediate', 'root'] as const) {
    refuses(`${what} (${place})`, { [place]: options }, code, verifyCode);
  }
}

const day = 86_400_000;
const past = { notBefore: new Date(Date.now() - 10 * day), notAfter: new Date(Date.now() - 5 * day) };
const future = { notBefore: new Date(Date.now() + 5 * day), notAfter: new Date(Date.now() + 10 * day) };

refusesEverywhere('what has expired', past, 'expired', 10);
refusesEverywhere('what is not valid yet', future, 'not_yet_valid', 9);

test('the first and the last second count, to the end of it', async () => {
  const from = Date.UTC(2026, 5, 1, 12);
  const until = Date.UTC(2026, 5, 2, 12);
  const span = { notBefore: new Date(from), notAfter: new Date(until) };
  const wide = { notBefore: new Date(from - day), notAfter: new Date(until + day) };
  const issued = await issue({ leaf: span, intermediate: wide, root: wide });
  for (const now of [from, from + 1, until, until + 999]) await verify({ ...issued, now });
  assert.is((await refusal({ ...issued, now: from - 1 })).code, 'not_yet_valid');
  assert.is((await refusal({ ...issued, now: until + 1000 })).code, 'expired');
  assert.is(
    (await refusal({ ...issued, now: Number.NaN })).code,
    'not_yet_valid',
    'a clock that is no number',
  );
});

refuses(
  'an intermediate without basicConstraints',
  { intermediate: { basicConstraints: false } },
  'invalid_authority',
  79,
);
refuses(
  'an intermediate that is no authority',
  { intermediate: { basicConstraints: { ca: false } } },
  'invalid_authority',
  79,
);
refuses('an intermediate of version 1', { intermediate: { alterTbs: asVersion1 } }, 'invalid_authority', 79);
refuses(
  'a trusted root that says it is no authority',
  { root: { basicConstraints: { ca: false } } },
  'invalid_authority',
  79,
);
refuses(
  'a trusted root of version 3 that does not say what it is',
  { root: { basicConstraints: false } },
  'invalid_authority',
  79,
);
accepts('a trusted root of version 1', { root: { alterTbs: asVersion1 } });
for (const place of ['intermediate', 'root'] as const) {
  refuses(
    `basicConstraints of an authority that are not critical (${place})`,
    { [place]: { critical: { basicConstraints: false } } },
    'invalid_extension',
    41,
  );
}

refuses(
  'an intermediate whose key signs no certificates',
  { intermediate: { keyUsage: ['digitalSignature', 'cRLSign'] } },
  'invalid_authority',
  79,
);
refuses(
  'a trusted root whose key signs no certificates',
  { root: { keyUsage: ['cRLSign'] } },
  'invalid_authority',
  79,
);
accepts('authorities without keyUsage', { intermediate: { keyUsage: false }, root: { keyUsage: false } });

refuses(
  'a server whose key signs nothing',
  { leaf: { keyUsage: ['keyEncipherment', 'keyAgreement'] } },
  'invalid_purpose',
  26,
);
accepts('a server without keyUsage', { leaf: { keyUsage: false } });
accepts('a server whose key signs and more', { leaf: { keyUsage: ['digitalSignature', 'keyEncipherment'] } });
refuses(
  'a server whose key signs certificates, without being an authority',
  { leaf: { keyUsage: ['digitalSignature', 'keyCertSign'] } },
  'invalid_extension',
  41,
);
refuses(
  'a server that is an authority whose key signs no certificates',
  { leaf: { basicConstraints: { ca: true } } },
  'invalid_extension',
  41,
);
accepts('a server that is an authority in order', {
  leaf: { basicConstraints: { ca: true }, keyUsage: ['digitalSignature', 'keyCertSign'] },
});

accepts('a server without a purpose', { leaf: { extendedKeyUsage: false } });
accepts('a server with two purposes', { leaf: { extendedKeyUsage: ['clientAuth', 'serverAuth'] } });
refuses(
  'a server with another purpose',
  { leaf: { extendedKeyUsage: ['clientAuth'] } },
  'invalid_purpose',
  26,
);
refuses('a server for any purpose', { leaf: { extendedKeyUsage: ['2.5.29.37.0'] } }, 'invalid_purpose', 26);
refuses(
  'a server for TLS and any purpose',
  { leaf: { extendedKeyUsage: ['serverAuth', '2.5.29.37.0'] } },
  'invalid_purpose',
  26,
);
accepts('an intermediate for TLS servers', {
  intermediate: { extendedKeyUsage: ['clientAuth', 'serverAuth'] },
});
accepts('an intermediate for any purpose', { intermediate: { extendedKeyUsage: ['2.5.29.37.0'] } });
refuses(
  'an intermediate with another purpose',
  { intermediate: { extendedKeyUsage: ['emailProtection'] } },
  'invalid_purpose',
  26,
);
refuses(
  'a trusted root with another purpose',
  { root: { extendedKeyUsage: ['codeSigning'] } },
  'invalid_purpose',
  26,
);

const unknown = { oid: '1.3.6.1.4.1.55738.666.1', value: der.nullValue() };
accepts('unknown extensions that are not critical', {
  leaf: { extensions: [unknown] },
  intermediate: { extensions: [unknown] },
  root: { extensions: [unknown] },
});
refusesEverywhere(
  'an unknown critical extension',
  { extensions: [{ ...unknown, critical: true }] },
  'unsupported_critical_extension',
  34,
);

const exampleCom = der.contextPrimitive(
  2,
  Uint8Array.from('example.com', (character) => character.charCodeAt(0)),
);
const permitted = { oid: '2.5.29.30', value: der.sequence(der.context(0, der.sequence(exampleCom))) };
accepts('name constraints of authorities, critical or not', {
  intermediate: { extensions: [{ ...permitted, critical: true }] },
  root: { extensions: [permitted] },
});
refuses(
  'name constraints of who is no authority',
  { leaf: { extensions: [permitted] } },
  'invalid_extension',
  41,
);

test('names that an authority above may not vouch for', async () => {
  for (const authority of ['intermediate', 'root'] as const) {
    const issued = await issue({
      [authority]: { extensions: [permitted] },
      leaf: { dnsNames: ['example.com', 'example.org'] },
    });
    const error = await refusal({ ...issued, serverName: 'example.com' });
    assert.is(error.code, 'name_not_permitted');
    assert.is(opensslVerdict(error).verifyCode, 47);
    assert.equal(error.certificate?.raw, issued.certificates.leaf);
  }
});
refusesEverywhere(
  'name constraints of nonsense',
  { extensions: [{ oid: '2.5.29.30', value: der.nullValue() }] },
  'invalid_extension',
  41,
);

const policyConstraints = {
  oid: '2.5.29.36',
  value: der.sequence(der.contextPrimitive(0, Uint8Array.of(0))),
};
test('a policy that is required, and not there', async () => {
  const extensions = [{ ...policyConstraints, critical: true }];
  for (const [place, culprit] of [
    ['leaf', 'leaf'],
    ['intermediate', 'leaf'],
    ['root', 'intermediate'],
  ] as const) {
    const issued = await issue({ [place]: { extensions } });
    const error = await refusal(issued);
    assert.is(error.code, 'no_valid_policy');
    assert.is(opensslVerdict(error).verifyCode, 43);
    assert.equal(error.certificate?.raw, issued.certificates[culprit]);
  }
});
refusesEverywhere(
  'policyConstraints that are not critical',
  { extensions: [policyConstraints] },
  'invalid_extension',
  41,
);
const inhibitAnyPolicy = { oid: '2.5.29.54', critical: true, value: der.integer(0) };
accepts('anyPolicy inhibited where no policy is required', {
  leaf: { extensions: [inhibitAnyPolicy] },
  intermediate: { extensions: [inhibitAnyPolicy] },
  root: { extensions: [inhibitAnyPolicy] },
});

const mapping = (from: string, to: string) => ({
  oid: '2.5.29.33',
  value: der.sequence(der.sequence(der.oid(from), der.oid(to))),
});
accepts('policyMappings, critical or not', {
  intermediate: { extensions: [{ ...mapping('1.2.3', '1.2.4'), critical: true }] },
  root: { extensions: [mapping('1.2.3', '1.2.4')] },
});
refuses(
  'policyMappings of anyPolicy',
  { intermediate: { extensions: [mapping('1.2.3', '2.5.29.32.0')] } },
  'invalid_extension',
  41,
);

const policies = (...qualifiers: readonly string[]) => ({
  oid: '2.5.29.32',
  value: der.sequence(
    der.sequence(
      der.oid('1.2.3'),
      ...(qualifiers.length === 0
        ? []
        : [der.sequence(...qualifiers.map((oid) => der.sequence(der.oid(oid), der.ia5String('text'))))]),
    ),
  ),
});
accepts('certificate policies, critical ones too', {
  leaf: { extensions: [{ ...policies('1.3.6.1.5.5.7.2.1'), critical: true }] },
  intermediate: { extensions: [{ ...policies(), critical: true }] },
});
accepts('unknown qualifiers of policies that are not critical', {
  leaf: { extensions: [policies('1.2.3')] },
});
refuses(
  'unknown qualifiers of critical policies',
  { leaf: { extensions: [{ ...policies('1.2.3'), critical: true }] } },
  'unsupported_policy',
  45,
);

refusesEverywhere(
  'a critical subjectKeyIdentifier',
  { critical: { subjectKeyIdentifier: true } },
  'invalid_extension',
  41,
);
refusesEverywhere(
  'a critical authorityKeyIdentifier',
  { authorityKeyIdentifier: Uint8Array.of(1), critical: { authorityKeyIdentifier: true } },
  'invalid_extension',
  41,
);

const malformed: readonly [what: string, oid: string][] = [
  ['authorityInfoAccess', '1.3.6.1.5.5.7.1.1'],
  ['cRLDistributionPoints', '2.5.29.31'],
  ['certificatePolicies', '2.5.29.32'],
  ['subjectAltName', '2.5.29.17'],
  ['extendedKeyUsage', '2.5.29.37'],
  ['keyUsage', '2.5.29.15'],
];
for (const [what, oid] of malformed) {
  refusesEverywhere(
    `a malformed ${what}`,
    { extensions: [{ oid, value: der.sequence() }] },
    'invalid_extension',
    41,
  );
}

accepts('an empty subject with a critical subjectAltName', { leaf: { subject: '' } });
refuses(
  'an empty subject with a subjectAltName that is not critical',
  { leaf: { subject: '', critical: { subjectAltName: false } } },
  'invalid_extension',
  41,
);
accepts('a critical subjectAltName', { leaf: { critical: { subjectAltName: true } } });

refuses('a server with an RSA key of 1024 bits', { leaf: { keyType: 'RSA-1024' } }, 'weak_server_key', 66);
refuses(
  'an intermediate with an RSA key of 1024 bits',
  { intermediate: { keyType: 'RSA-1024' } },
  'weak_authority_key',
  67,
);
refuses(
  'a trusted root with an RSA key of 1024 bits',
  { root: { keyType: 'RSA-1024' } },
  'weak_authority_key',
  67,
);
refusesEverywhere('a key on secp256k1', { keyType: 'P-384', alterTbs: onSecp256k1 }, 'unsupported_key', 6);

accepts('a root that is signed over SHA-1, which nobody checks', {
  root: { keyType: 'RSA-2048', signature: { hash: 'SHA-1' } },
  intermediate: { signature: { hash: 'SHA-256' } },
});
refuses('a server signed over SHA-1', { leaf: { signature: { hash: 'SHA-1' } } }, 'weak_signature', 68);
refuses(
  'an intermediate signed over SHA-1',
  { intermediate: { signature: { hash: 'SHA-1' } } },
  'weak_signature',
  68,
);

const signers: readonly [key: KeyType, options: CertificateOptions['signature']][] = [
  ['RSA-2048', {}],
  ['RSA-2048', { hash: 'SHA-384' }],
  ['RSA-2048', { hash: 'SHA-512' }],
  ['RSA-2048', { padding: 'PSS' }],
  ['RSA-2048', { padding: 'PSS', hash: 'SHA-384' }],
  ['RSA-2048', { padding: 'PSS', hash: 'SHA-512' }],
  ['RSA-PSS-2048', {}],
  ['P-256', {}],
  ['P-256', { hash: 'SHA-512' }],
  ['P-384', {}],
  ['P-384', { hash: 'SHA-256' }],
  ['Ed25519', {}],
];
for (const [keyType, signature = {}] of signers) {
  accepts(`a signature by ${keyType} ${signature.padding ?? ''} ${signature.hash ?? ''}`, {
    intermediate: { keyType },
    leaf: { signature },
  });
}

test('a trusted certificate of version 1 that is no root vouches for itself alone', async () => {
  const top = await createAuthority({ name: 'Root' });
  const server = await top.issueAuthority({ name: 'server', alterTbs: asVersion1 });
  const error = await refusal({ chain: (await server.issue()).chain, trusted: [server.certificate] });
  assert.is(error.code, 'invalid_authority');
  await verify({ chain: [server.certificate], trusted: [server.certificate] });
});

/** The same TBSCertificate, whose key on P-384 says that it is on another curve. */
function onSecp256k1(tbs: Uint8Array): Uint8Array {
  const [p384, secp256k1] = [der.oid('1.3.132.0.34'), der.oid('1.3.132.0.10')];
  const at = tbs.findIndex((_, index) => p384.every((octet, offset) => tbs[index + offset] === octet));
  assert.ok(at >= 0);
  const altered = tbs.slice();
  altered.set(secp256k1, at);
  return altered;
}

/** The same TBSCertificate without version and extensions. */
function asVersion1(tbs: Uint8Array): Uint8Array {
  return der.sequence(...der.children(tbs).filter((field) => field[0] !== 0xa0 && field[0] !== 0xa3));
}

test.run();
