import {
  type Certificate,
  decodePem,
  decodeText,
  encodePem,
  isNameWithin,
  namesMatch,
  parseCertificate,
  parseName,
  parsePrivateKey,
  wipePrivateKey,
} from '@halfclose/x509';
import {
  DerReader,
  decodePublicKey,
  parseCrl,
  readAuthorityKeyIdentifier,
  readCertId,
  readCrlDistributionPoints,
  readIssuingDistributionPoint,
  readOcspResponse,
  readResponseData,
  readSingleResponse,
  readSubjectPublicKeyInfo,
  readTbsCertList,
  scanEntries,
} from '@halfclose/x509/codec';

/** What can be asked about a file. Each answer is a value or an error. */
export type Questions = Iterable<() => unknown>;

/** Which questions there are for each corpus, by its directory without `_corpus`. */
export const readers: ReadonlyMap<string, (input: Uint8Array) => Questions> = new Map([
  ['cert', aboutCertificate],
  ['parse_certificate_fuzzer', aboutCertificate],
  ['spki', aboutPart('SubjectPublicKeyInfo', (reader) => decodePublicKey(readSubjectPublicKeyInfo(reader)))],
  ['pkcs8', aboutPrivateKey],
  ['privkey', aboutPrivateKey],
  ['read_pem', aboutPem],
  ['der_roundtrip', aboutElements],
  ['parse_authority_key_identifier_fuzzer', aboutPart('authorityKeyIdentifier', readAuthorityKeyIdentifier)],
  ['parse_crldp_fuzzer', aboutPart('crlDistributionPoints', readCrlDistributionPoints)],
  ['crl_parse_crl_certificatelist_fuzzer', (input) => [() => parseCrl(input)]],
  ['crl_parse_crl_tbscertlist_fuzzer', aboutCrlList],
  [
    'crl_parse_issuing_distribution_point_fuzzer',
    aboutPart('issuingDistributionPoint', readIssuingDistributionPoint),
  ],
  ['crl_getcrlstatusforcert_fuzzer', aboutCrlEntries],
  ['ocsp_parse_ocsp_cert_id_fuzzer', aboutPart('CertID', readCertId)],
  ['ocsp_parse_ocsp_response_data_fuzzer', aboutPart('ResponseData', readResponseData)],
  ['ocsp_parse_ocsp_response_fuzzer', (input) => [() => readOcspResponse(input)]],
  ['ocsp_parse_ocsp_single_response_fuzzer', aboutPart('SingleResponse', readSingleResponse)],
  ['verify_name_match_fuzzer', aboutTwoNames],
  ['verify_name_match_verifynameinsubtree_fuzzer', aboutTwoNames],
  ['verify_name_match_normalizename_fuzzer', aboutName],
]);

/** All that a certificate decodes when it is asked for. */
const decodedFields = [
  'publicKey',
  'basicConstraints',
  'keyUsage',
  'extendedKeyUsage',
  'subjectAltName',
  'subjectKeyIdentifier',
  'authorityKeyIdentifier',
  'authorityInfoAccess',
  'crlDistributionPoints',
  'certificatePolicies',
  'policyMappings',
  'policyConstraints',
  'inhibitAnyPolicy',
  'nameConstraints',
] as const satisfies readonly (keyof Certificate)[];

function* aboutCertificate(input: Uint8Array): Questions {
  const certificate = parseCertificate(input);
  for (const field of decodedFields) yield () => certificate[field];
  for (const name of [certificate.issuer, certificate.subject]) {
    yield () => name.toString();
    yield () => namesMatch(name, certificate.subject);
  }
}

function aboutPart(label: string, read: (reader: DerReader) => unknown): (input: Uint8Array) => Questions {
  return (input) => [() => DerReader.read(input, label, read)];
}

function aboutPrivateKey(input: Uint8Array): Questions {
  return [() => wipePrivateKey(parsePrivateKey(input))];
}

/** Files of these corpora are hardly ever text, so that each octet is taken for a character. */
function* aboutPem(input: Uint8Array): Questions {
  const text = Buffer.from(input).toString('latin1');
  const labels = Array.from(text.matchAll(/-----BEGIN (.*?)-----/g), ([, label = '']) => label);
  for (const label of new Set([...labels, 'CERTIFICATE'])) {
    yield () => decodePem(text, label).map((block) => encodePem(block, label));
  }
}

/** All elements, however deep. */
function aboutElements(input: Uint8Array): Questions {
  const walk = (reader: DerReader): void => {
    while (!reader.atEnd) {
      const tag = reader.nextTag ?? 0;
      if ((tag & 0x20) === 0) reader.any('element');
      else reader.within(tag, 'element', walk);
    }
  };
  return [() => DerReader.read(input, 'elements', walk), () => decodeText(input)];
}

function aboutCrlList(input: Uint8Array): Questions {
  return [() => DerReader.read(input, 'TBSCertList', (reader) => readTbsCertList(reader, input))];
}

/** The entries of a CRL, and whether the first serial numbers are among them. */
function* aboutCrlEntries(input: Uint8Array): Questions {
  const contents = DerReader.read(input, 'revokedCertificates', (reader) =>
    reader.sequence('revokedCertificates', (list) => list.rest()),
  );
  const entries = scanEntries(contents, input);
  for (let serialNumber = 0; serialNumber < 128; serialNumber += 1) {
    yield () => entries.find(Uint8Array.of(serialNumber));
  }
}

/** A Name without its own header. */
function* aboutName(input: Uint8Array): Questions {
  const octets = [input.length >> 8, input.length & 0xff];
  const length =
    input.length < 0x80 ? octets.slice(1) : octets[0] === 0 ? [0x81, input.length] : [0x82, ...octets];
  const name = parseName(Uint8Array.of(0x30, ...length, ...input));
  yield () => name.rdns;
  yield () => name.toString();
  yield () => namesMatch(name, name);
}

/** Two names in a row. Where one ends and the other begins is written in a way of the fuzzer's, so all are tried. */
function* aboutTwoNames(input: Uint8Array): Questions {
  for (let split = 0; split <= input.length; split += 1) {
    yield () => {
      const [first, second] = [input.subarray(0, split), input.subarray(split)].map(parseName);
      return first && second && (namesMatch(first, second) || isNameWithin(first, second));
    };
  }
}
