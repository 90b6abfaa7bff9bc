/** What the host calls, and where it puts and finds things. */
export {
  additionalData, additionalDataLength, expandedKey, expandedKeyLength, key, nonce, tag, window, windowLength,
} from './memory';
export {
  chachaAdditionalData, chachaFinish, chachaLead, chachaOpen, chachaSeal, chachaStart, chachaWipe,
} from './chacha20poly1305';
export {
  gcmAdditionalData, gcmExpandKey, gcmFinish, gcmLead, gcmLoadKey, gcmOpen, gcmSeal, gcmStart, gcmWipe, gcmWipeKey,
} from './gcm';
