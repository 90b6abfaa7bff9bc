/** The process of the relay: answers any message with its URL. */
import { startRelay } from 'halfclose-relay';

const relay = startRelay({ allow: ['127.0.0.1:*'] });
process.on('message', async () => {
  process.send?.((await relay).url);
});
