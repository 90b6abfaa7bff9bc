export {
  chachaAdditionalData,
  chachaFinish,
  chachaLead,
  chachaOpen,
  chachaSeal,
  chachaStart,
  chachaWipe,
} from './chacha20poly1305';
export { additionalData, additionalDataLength, key, nonce, tag, window, windowLength } from './memory';
