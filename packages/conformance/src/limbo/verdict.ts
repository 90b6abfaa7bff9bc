import { randomFillSync } from 'node:crypto';
import { createPortableProvider } from '@halfclose/crypto';
import {
  CertificateError,
  checkPolicies,
  createCrlStore,
  createRevocationCheck,
  createTrustStore,
  decodePem,
  type KeyUsage,
  parseCertificate,
  type ServerVerifierOptions,
} from '@halfclose/x509';
import { createVerifierFor, type Purpose, tlsServer } from '@halfclose/x509/purpose';
import type { PeerName, Testcase } from './testcases.ts';

/** What comes of a case: accepted, or refused with this reason. */
export type Verdict = { readonly accepted: true } | { readonly accepted: false; readonly reason: string };

const crypto = createPortableProvider((output) => {
  randomFillSync(output);
});

/**
 * Validates as the case says, with the portable provider.
 * @throws Error where anything but a refusal comes: that is a fault of ours, whatever the case expects
 */
export async function decide(testcase: Testcase): Promise<Verdict> {
  try {
    await verify(testcase);
    return { accepted: true };
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    return { accepted: false, reason: `${error.code}: ${error.message}` };
  }
}

async function verify(testcase: Testcase): Promise<void> {
  const certificates = [testcase.peerCertificate, ...testcase.intermediates].map(onlyCertificate);
  // Names of hosts are the verifier's business. Those of mail have no other check than the one here.
  const hosts = testcase.peerNames.flatMap(({ kind, value }) => (kind === 'RFC822' ? [] : [value]));
  const verifier = createVerifierFor(purposeOf(testcase), optionsOf(testcase, hosts.length > 0));
  for (const serverName of hosts.length > 0 ? hosts : [undefined]) {
    await verifier.verifyServer({ certificates, serverName, now: testcase.time ?? Date.now() });
  }
  const [peer] = certificates;
  for (const name of testcase.peerNames) if (peer) checkMailName(peer, name);
}

function optionsOf(testcase: Testcase, checkHostname: boolean): ServerVerifierOptions {
  return {
    crypto,
    trustStore: createTrustStore(testcase.trustedCertificates.map(onlyCertificate)),
    checkHostname,
    policies: checkPolicies,
    revocation: createRevocationCheck({
      policy: 'ifPresent',
      crls: createCrlStore(testcase.crls.map((pem) => onlyBlock(pem, 'X509 CRL'))),
    }),
    ...(testcase.maxChainDepth !== undefined && { maxIntermediates: testcase.maxChainDepth }),
  };
}

function purposeOf({ keyUsage, extendedKeyUsage, validates }: Testcase): Purpose {
  const usages = keyUsage.map((name) => {
    const usage = keyUsages.get(name);
    if (usage === undefined) throw new Error(`The key usage ${name} is not known`);
    return usage;
  });
  const purposes = extendedKeyUsage.map((name) => {
    const oid = purposeOids.get(name);
    if (oid === undefined) throw new Error(`The extended key usage ${name} is not known`);
    return oid;
  });
  const clients = { ...tlsServer, holders: 'TLS clients', extendedKeyUsage: [clientAuth] };
  const usual = validates === 'SERVER' ? tlsServer : clients;
  return {
    holders: usual.holders,
    keyUsage: [...usual.keyUsage, ...usages],
    extendedKeyUsage: purposes.length === 0 ? usual.extendedKeyUsage : purposes,
  };
}

const clientAuth = '1.3.6.1.5.5.7.3.2';

/** RFC 5280 section 4.2.1.12. */
const purposeOids: ReadonlyMap<string, string> = new Map([
  ['serverAuth', '1.3.6.1.5.5.7.3.1'],
  ['clientAuth', clientAuth],
  ['codeSigning', '1.3.6.1.5.5.7.3.3'],
  ['emailProtection', '1.3.6.1.5.5.7.3.4'],
  ['timeStamping', '1.3.6.1.5.5.7.3.8'],
  ['OCSPSigning', '1.3.6.1.5.5.7.3.9'],
]);

/** RFC 5280 section 4.2.1.3; X.509 has a newer name for one of them. */
const keyUsages: ReadonlyMap<string, KeyUsage> = new Map([
  ['digitalSignature', 'digitalSignature'],
  ['contentCommitment', 'nonRepudiation'],
  ['nonRepudiation', 'nonRepudiation'],
  ['keyEncipherment', 'keyEncipherment'],
  ['dataEncipherment', 'dataEncipherment'],
  ['keyAgreement', 'keyAgreement'],
  ['keyCertSign', 'keyCertSign'],
  ['cRLSign', 'cRLSign'],
  ['encipherOnly', 'encipherOnly'],
  ['decipherOnly', 'decipherOnly'],
]);

function checkMailName(certificate: Uint8Array, { kind, value }: PeerName): void {
  if (kind !== 'RFC822') return;
  const names = parseCertificate(certificate).subjectAltName ?? [];
  if (names.some((name) => name.type === 'rfc822Name' && isSameMailbox(name.value, value))) return;
  throw new CertificateError('name_mismatch', `The certificate is not for ${value}`);
}

/** RFC 5280 section 7.5: the host without regard to case, what is before it exactly. */
function isSameMailbox(a: string, b: string): boolean {
  const fold = (address: string): string => {
    const at = address.lastIndexOf('@');
    return address.slice(0, at) + address.slice(at).toLowerCase();
  };
  return fold(a) === fold(b);
}

function onlyCertificate(pem: string): Uint8Array {
  return onlyBlock(pem, 'CERTIFICATE');
}

function onlyBlock(pem: string, label: string): Uint8Array {
  const [der, ...more] = decodePem(pem, label);
  if (der === undefined || more.length > 0)
    throw new Error(`A PEM of one ${label} has another number of them`);
  return der;
}
