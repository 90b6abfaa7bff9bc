import { wipe } from '@halfclose/crypto';
import { createRecordProtection, type RecordKeys, type RecordProtection } from '../records/protection.ts';
import { nextTrafficSecret, trafficKeys } from './keySchedule.ts';
import type { SuiteAlgorithms } from './parameters.ts';

/** One direction of a connection in one epoch: its traffic secret, RFC 8446 section 7. */
export interface Traffic {
  readonly suite: SuiteAlgorithms;
  /** application_traffic_secret_N or its like. Secret. */
  readonly secret: Uint8Array;
}

/** Protects the records of an epoch. */
export function protectionFor(traffic: Traffic): RecordProtection {
  const { aead, iv } = recordKeys(traffic);
  const protection = createRecordProtection(aead, iv, traffic.suite.aeadAlgorithm.tagLength);
  wipe(iv);
  return protection;
}

/** Keys for the records of an epoch, RFC 8446 section 7.3. */
export function recordKeys({ suite, secret }: Traffic): RecordKeys {
  const { keyLength, nonceLength } = suite.aeadAlgorithm;
  const { key, iv } = trafficKeys(suite.hashAlgorithm, secret, keyLength, nonceLength);
  const aead = suite.aeadAlgorithm.create(key);
  wipe(key);
  return { aead, iv };
}

/** The epoch after a KeyUpdate, RFC 8446 section 7.2. The old secret is wiped: forward secrecy hangs on it. */
export function updateTraffic({ suite, secret }: Traffic): Traffic {
  const next = nextTrafficSecret(suite.hashAlgorithm, secret);
  wipe(secret);
  return { suite, secret: next };
}
