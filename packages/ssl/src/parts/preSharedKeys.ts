import { createExternalPsks, type ExternalPsks } from '@halfclose/tls';
import { askForPsk, type PskClientCallback } from '../psk.ts';

/** What a platform needs to have of pre-shared keys. */
export interface PreSharedKeysPart {
  /** For TLS 1.3. @throws SSLError where the identity is empty or too long; and whatever the callback throws */
  ask(callback: PskClientCallback): ExternalPsks;
}

/** Pre-shared keys for contexts, as the `preSharedKeys` of their platform. */
export const preSharedKeys: PreSharedKeysPart = {
  ask: (callback) => createExternalPsks(askForPsk(callback)),
};
