import { connectBun } from '@halfclose/transports/bun';
import { SSLContext } from 'halfclose';
import { runScenario } from '../scenario.ts';
import { print, readSetting } from './surroundings.ts';

print(
  await runScenario(
    {
      createContext: () => new SSLContext(),
      connectTo: (port) => connectBun(['127.0.0.1', port]),
    },
    readSetting(),
  ),
);
