import { connect } from 'node:net';
import { fromSocket, PROTOCOL_TLS_CLIENT, SSLContext } from 'halfclose';
import { runScenario } from '../scenario/scenario.ts';
import { newAbort, print, readSetting, setTimer } from './surroundings.ts';

print(
  await runScenario(
    {
      createContext: (parts) => new SSLContext(PROTOCOL_TLS_CLIENT, parts),
      newAbort,
      setTimer,
      connectTo: async (port) => fromSocket(connect(port, '127.0.0.1')),
    },
    readSetting(),
  ),
);
