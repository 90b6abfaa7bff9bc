import { connect } from 'node:net';
import { fromSocket, SSLContext } from 'halfclose';
import { runScenario } from '../scenario.ts';
import { print, readSetting } from './surroundings.ts';

print(
  await runScenario(
    {
      createContext: () => new SSLContext(),
      connectTo: async (port) => fromSocket(connect(port, '127.0.0.1')),
    },
    readSetting(),
  ),
);
