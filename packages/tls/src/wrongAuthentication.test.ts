/** The server's Certificate, CertificateVerify and Finished, RFC 8446 section 4.4. */
import { CryptoError, type SignatureAlgorithm } from '@halfclose/crypto';
import { generateKey, type KeyType } from '@halfclose/testing/ca';
import {
  body,
  concat,
  drop,
  type FlightStep,
  flipBit,
  type Outcome,
  outcomeOf,
  publicKeyOf,
  refusal,
  type Trial,
  type Tried,
  testProvider,
  trials,
} from '@halfclose/testing/peer';
import type {
  AlertName,
  ClientConfig,
  ServerIdentity,
  ServerVerifier,
  SignatureSchemeName,
} from '@halfclose/tls';
import {
  decodeCertificate,
  decodeCertificateVerify,
  encodeCertificate,
  encodeCertificateVerify,
  signatureSchemes,
} from '@halfclose/tls/codec';
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempts = {
  Ed25519: await trials('Ed25519'),
  Ed448: await trials('Ed448'),
  'P-256': await trials('P-256'),
  'P-384': await trials('P-384'),
  'P-521': await trials('P-521'),
  'RSA-2048': await trials('RSA-2048'),
  'RSA-PSS-2048': await trials('RSA-PSS-2048'),
} as const;
type Kind = keyof typeof attempts;
const kinds = Object.keys(attempts) as Kind[]; // Object.keys forgets which keys a record has.
const attempt = attempts.Ed25519;

const malformed = refusal('decode_error', 'DECODE_ERROR');
const badSignature = refusal('decrypt_error', 'BAD_SIGNATURE');
const wrongScheme = refusal('illegal_parameter', 'WRONG_SIGNATURE_TYPE');

/** The schemes that TLS 1.3 has for a kind of key. */
const rightSchemes: Readonly<Record<Kind, readonly SignatureSchemeName[]>> = {
  Ed25519: ['ed25519'],
  Ed448: ['ed448'],
  'P-256': ['ecdsa_secp256r1_sha256'],
  'P-384': ['ecdsa_secp384r1_sha384'],
  'P-521': ['ecdsa_secp521r1_sha512'],
  'RSA-2048': ['rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha384', 'rsa_pss_rsae_sha512'],
  'RSA-PSS-2048': ['rsa_pss_pss_sha256', 'rsa_pss_pss_sha384', 'rsa_pss_pss_sha512'],
};

// CertificateVerify.

const signatures = suite('CertificateVerify');

for (const kind of kinds) {
  for (const [name, { code }] of Object.entries(signatureSchemes)) {
    const right = (rightSchemes[kind] as readonly string[]).includes(name);
    signatures(`${name} with a key of kind ${kind} is ${right ? 'taken' : 'refused'}`, () => {
      const tried = attempts[kind]({ server: { signing: { scheme: code } } });
      if (right) {
        assert.is(tried.client.error, undefined);
        assert.is(tried.client.facts?.signatureScheme, name);
        assert.ok(tried.server.done);
      } else {
        assert.equal(outcomeOf(tried), wrongScheme);
        assert.match(tried.client.error?.message ?? '', name);
      }
    });
  }

  signatures(`with a key of kind ${kind}: whatever is wrong with the signature`, () => {
    for (const index of [4, 20, -1]) {
      const tried = attempts[kind]({ server: { tamper: { certificateVerify: body(flipBit(index)) } } });
      assert.equal(outcomeOf(tried), badSignature, `octet ${index}`);
    }
    for (const change of [
      (signature: Uint8Array) => signature.subarray(0, -1),
      (signature: Uint8Array) => signature.subarray(1),
      (signature: Uint8Array) => concat([signature, Uint8Array.of(0)]),
      (signature: Uint8Array) => new Uint8Array(signature.length),
      () => new Uint8Array(0),
    ]) {
      const certificateVerify = body((bytes) => {
        const { algorithm, signature } = decodeCertificateVerify(bytes);
        return encodeCertificateVerify({ algorithm, signature: change(signature) });
      });
      assert.equal(outcomeOf(attempts[kind]({ server: { tamper: { certificateVerify } } })), badSignature);
    }
  });

  signatures(`with a key of kind ${kind}: the right form over the wrong content`, async () => {
    const { privateKey } = await generateKey(kind satisfies KeyType);
    assert.equal(outcomeOf(attempts[kind]({ server: { signing: { key: privateKey } } })), badSignature);
    assert.equal(outcomeOf(attempts[kind]({ server: { signing: { signer: 'client' } } })), badSignature);
    const transcriptHash = new Uint8Array(32);
    assert.equal(outcomeOf(attempts[kind]({ server: { signing: { transcriptHash } } })), badSignature);
  });
}

signatures('by an RSA key with PKCS#1 v1.5 under the name of PSS', () => {
  assert.equal(outcomeOf(attempts['RSA-2048']({ server: { signing: { padding: 'PKCS1' } } })), badSignature);
});

signatures(
  'an RSASSA-PSS key that is limited to one hash signs with that only (RFC 4055 section 3.3)',
  () => {
    const verifier: ServerVerifier = {
      verifyServer({ certificates: [certificate] }) {
        assert.ok(certificate);
        const publicKey = publicKeyOf(certificate);
        assert.is(publicKey.type, 'RSA');
        return { publicKey: { ...publicKey, onlySignature: 'rsa_pss_sha384' }, verifiedChain: [] };
      },
    };
    for (const name of rightSchemes['RSA-PSS-2048']) {
      const { code } = signatureSchemes[name];
      const tried = attempts['RSA-PSS-2048']({ server: { signing: { scheme: code } }, client: { verifier } });
      if (name === 'rsa_pss_pss_sha384') assert.is(tried.client.facts?.signatureScheme, name);
      else assert.equal(outcomeOf(tried), wrongScheme);
    }
  },
);

for (const [name, scheme] of Object.entries({
  rsa_pkcs1_sha1: 0x0201,
  ecdsa_sha1: 0x0203,
  rsa_pkcs1_sha256: 0x0401,
  rsa_pkcs1_sha384: 0x0501,
  rsa_pkcs1_sha512: 0x0601,
  nothing: 0x0000,
  'nothing that anybody knows': 0xfafa,
})) {
  signatures(`${name} is none for CertificateVerify`, () => {
    for (const kind of kinds) {
      assert.equal(outcomeOf(attempts[kind]({ server: { signing: { scheme } } })), wrongScheme);
    }
  });
}

for (const [type, name, noble] of [
  ['ML-DSA-44', 'mldsa44', ml_dsa44],
  ['ML-DSA-65', 'mldsa65', ml_dsa65],
  ['ML-DSA-87', 'mldsa87', ml_dsa87],
] as const) {
  const { publicKey, secretKey } = noble.keygen(new Uint8Array(32).fill(7));
  const verifier: ServerVerifier = {
    verifyServer: () => ({ publicKey: { type, key: publicKey }, verifiedChain: [] }),
  };
  const sign = (content: Uint8Array) => noble.sign(content, secretKey);

  signatures(`${name} with its key is taken, and with any other key or scheme refused`, async () => {
    // The code for ML-DSA is loaded by the first signature.
    const algorithm = testProvider('client').signatures.find((each) => each.name === name);
    const content = Uint8Array.of(1);
    assert.is(await algorithm?.verify({ type, key: publicKey }, content, sign(content)), true);

    for (const [other, { code }] of Object.entries(signatureSchemes)) {
      const tried = attempt({ server: { signing: { scheme: code, sign } }, client: { verifier } });
      if (other === name) {
        assert.is(tried.client.facts?.signatureScheme, name);
        assert.ok(tried.server.done);
      } else {
        assert.equal(outcomeOf(tried), wrongScheme);
      }
    }
    const scheme = signatureSchemes[name].code;
    assert.equal(outcomeOf(attempt({ server: { signing: { scheme, sign } } })), wrongScheme);
    for (const wrong of [
      () => new Uint8Array(0),
      (octets: Uint8Array) => sign(octets).subarray(1),
      (octets: Uint8Array) => flipBit(500)(sign(octets)),
      (octets: Uint8Array) => noble.sign(octets, secretKey, { context: Uint8Array.of(1) }),
    ]) {
      const tried = attempt({ server: { signing: { scheme, sign: wrong } }, client: { verifier } });
      assert.equal(outcomeOf(tried), badSignature);
    }
  });
}

signatures('a scheme that we speak and did not offer', () => {
  const tried = attempts['P-256']({ client: { signatureSchemes: ['ed25519'] } });
  assert.equal(outcomeOf(tried), wrongScheme);
});

signatures('left out', () => {
  const tried = attempt({ server: { tamper: { certificateVerify: drop } } });
  assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
});

signatures('of an earlier connection', () => {
  let recorded: Uint8Array | undefined;
  attempt({
    server: {
      crypto: testProvider('earlier'),
      tamper: {
        certificateVerify: (message) => {
          recorded = message.body;
          return message;
        },
      },
    },
  });
  const replayed = recorded;
  assert.ok(replayed);
  const tried = attempt({ server: { tamper: { certificateVerify: body(() => replayed) } } });
  assert.equal(outcomeOf(tried), badSignature);
});

signatures('over a transcript that lacks a message', () => {
  // No more than an empty EncryptedExtensions, that the server sends and does not count.
  const unsigned: FlightStep = (server) => server.sendHandshakeBytes(Uint8Array.of(8, 0, 0, 2, 0, 0));
  const tried = attempt({
    server: {
      flight: (steps) => steps.map((step) => (step === 'encryptedExtensions' ? unsigned : step)),
    },
  });
  assert.equal(outcomeOf(tried), badSignature);
});

/** A provider whose Ed25519 does something else. */
function withEd25519(verify: SignatureAlgorithm['verify']): Partial<ClientConfig> {
  const provider = testProvider('client');
  return {
    crypto: {
      ...provider,
      signatures: provider.signatures.map((each) => (each.name === 'ed25519' ? { ...each, verify } : each)),
    },
  };
}

signatures('nothing but true is a yes', () => {
  // A provider in JavaScript may say anything.
  for (const answer of [false, 1, 'true', {}, null, undefined]) {
    const verify = (() => answer) as unknown as SignatureAlgorithm['verify'];
    assert.equal(outcomeOf(attempt({ client: withEd25519(verify) })), badSignature, String(answer));
  }
});

signatures("a key that the provider refuses is the certificate's fault", () => {
  const cause = new CryptoError('unsupported_public_key', 'too short');
  const tried = attempt({
    client: withEd25519(() => {
      throw cause;
    }),
  });
  assert.equal(outcomeOf(tried), {
    alert: 'unsupported_certificate',
    encrypted: true,
    reason: 'CERTIFICATE_VERIFY_FAILED',
    fault: 'certificate',
  });
  assert.is(tried.client.error?.cause, cause);
});

signatures('a provider that breaks is nobody else’s fault', () => {
  const cause = new Error('out of order');
  const tried = attempt({
    client: withEd25519(() => {
      throw cause;
    }),
  });
  assert.equal(outcomeOf(tried), {
    alert: 'internal_error',
    encrypted: true,
    reason: 'INTERNAL_ERROR',
    fault: 'local',
  });
  assert.is(tried.client.error?.cause, cause);
});

signatures.run();

// Certificate.

const certificates = suite('Certificate');

function certificate(change: Parameters<typeof body>[0]): Trial {
  return { server: { tamper: { certificate: body(change) } } };
}

certificates('an empty list is decode_error, section 4.4.2.4', () => {
  assert.equal(
    outcomeOf(attempt(certificate(() => Uint8Array.of(0, 0, 0, 0)))),
    refusal('decode_error', 'PEER_DID_NOT_RETURN_A_CERTIFICATE'),
  );
});

certificates('an empty certificate is malformed', () => {
  assert.equal(outcomeOf(attempt(certificate(() => Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 0, 0)))), malformed);
});

certificates('a context where none was given', () => {
  const withContext = certificate((bytes) =>
    encodeCertificate({ ...decodeCertificate(bytes), certificateRequestContext: Uint8Array.of(1) }),
  );
  assert.is(outcomeOf(attempt(withContext)).alert, 'illegal_parameter');
});

certificates('the verifier gets what was sent, in its order, and when and whom it is about', () => {
  const identities: ServerIdentity[] = [];
  const extra = Uint8Array.of(0x30, 0);
  const tried = attempt({
    client: {
      serverName: 'example.com',
      clock: () => 1234,
      verifier: {
        verifyServer(identity) {
          identities.push(identity);
          return { publicKey: publicKeyOf(identity.certificates[0] ?? extra), verifiedChain: [extra] };
        },
      },
    },
    server: {
      tamper: {
        certificate: body((bytes) => {
          const message = decodeCertificate(bytes);
          const certificateList = [...message.certificateList, { certData: extra, extensions: [] }];
          return encodeCertificate({ ...message, certificateList });
        }),
      },
    },
  });
  assert.is(tried.client.error, undefined);
  assert.is(identities.length, 1);
  assert.is(identities[0]?.serverName, 'example.com');
  assert.is(identities[0]?.now, 1234);
  assert.equal(identities[0]?.certificates.at(-1), extra);
  assert.equal(tried.client.facts?.peerCertificates, identities[0]?.certificates);
  assert.equal(tried.client.facts?.verifiedChain, [extra]);
});

/** A verifier that refuses with this. */
function refusing(cause: unknown): Tried {
  return attempt({
    client: {
      verifier: {
        verifyServer() {
          throw cause;
        },
      },
    },
  });
}

function refused(alert: AlertName): Outcome {
  return { alert, encrypted: true, reason: 'CERTIFICATE_VERIFY_FAILED', fault: 'certificate' };
}

certificates('a refusal sends the alert that the verifier asks for', () => {
  for (const alert of [
    'bad_certificate',
    'unsupported_certificate',
    'certificate_revoked',
    'certificate_expired',
    'certificate_unknown',
    'unknown_ca',
  ] as const) {
    const cause = Object.assign(new Error(`it is ${alert}`), { alert });
    const tried = refusing(cause);
    assert.equal(outcomeOf(tried), refused(alert));
    assert.is(tried.client.error?.cause, cause);
    assert.match(tried.client.error?.message ?? '', `it is ${alert}`);
  }
});

certificates('a refusal without an alert, or with one that does not exist, is certificate_unknown', () => {
  for (const cause of [
    new Error('no'),
    'no',
    undefined,
    null,
    { alert: 'no' },
    { alert: 42 },
    { alert: 'toString' },
  ]) {
    assert.equal(outcomeOf(refusing(cause)), refused('certificate_unknown'));
  }
});

certificates('nothing is verified, and nothing sent, after a refusal', () => {
  let verified = 0;
  const tried = attempt({
    client: {
      ...withEd25519(() => {
        verified++;
        return true;
      }),
      verifier: {
        verifyServer() {
          throw new Error('no');
        },
      },
    },
  });
  assert.is(tried.client.error?.fault, 'certificate');
  assert.is(verified, 0);
  assert.equal(
    tried.server.messages.map(({ type }) => type),
    [1],
  );
});

certificates.run();

// Finished.

const finished = suite('Finished');
const mismatch = refusal('decrypt_error', 'DIGEST_CHECK_FAILED');

for (const name of [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
] as const) {
  const length = name.endsWith('384') ? 48 : 32;

  finished(`${name}: any bit the other way`, () => {
    for (let index = 0; index < length; index++) {
      const tried = attempt({
        server: { suite: name, tamper: { finished: body(flipBit(index, index % 8)) } },
      });
      assert.equal(outcomeOf(tried), mismatch);
      assert.is(tried.client.facts, undefined);
      assert.not.ok(tried.server.done);
    }
  });

  finished(`${name}: another length`, () => {
    for (const other of [0, 1, 12, length - 1, length + 1, length === 32 ? 48 : 32]) {
      const resized = body((bytes) => concat([bytes, new Uint8Array(64)]).subarray(0, other));
      assert.equal(outcomeOf(attempt({ server: { suite: name, tamper: { finished: resized } } })), mismatch);
    }
  });
}

finished('zeros', () => {
  assert.equal(
    outcomeOf(attempt({ server: { tamper: { finished: body((bytes) => new Uint8Array(bytes.length)) } } })),
    mismatch,
  );
});

finished('right for a handshake with another ServerHello', () => {
  let recorded: Uint8Array | undefined;
  attempt({
    server: {
      crypto: testProvider('another'),
      tamper: {
        finished: (message) => {
          recorded = message.body;
          return message;
        },
      },
    },
  });
  const replayed = recorded;
  assert.ok(replayed);
  assert.equal(outcomeOf(attempt({ server: { tamper: { finished: body(() => replayed) } } })), mismatch);
});

finished('the client says nothing under the keys of the application before it has checked it', () => {
  const { client, server } = attempt({ server: { tamper: { finished: drop } } });
  assert.is(client.error, undefined);
  assert.is(client.facts, undefined);
  assert.is(client.write(Uint8Array.of(1)), 0);
  assert.is(client.output().length, 0);
  assert.equal(
    server.records.map(({ type }) => type),
    // The dummy change_cipher_spec is in clear.
    [22, 20],
  );
});

finished.run();
