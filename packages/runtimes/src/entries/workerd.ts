import { fromWebStreams } from '@halfclose/transports/web-streams';
import { PROTOCOL_TLS_CLIENT, SSLContext } from 'halfclose';
import { runScenario, type Setting } from '../scenario/scenario.ts';
import { connect } from './cloudflareSockets.ts';
import { newAbort, setTimer } from './surroundings.ts';

/** Asked for with the setting, answers with the outcomes. */
export default {
  async fetch(request: Request): Promise<Response> {
    const setting = (await request.json()) as Setting;
    const outcomes = await runScenario(
      {
        createContext: (parts) => new SSLContext(PROTOCOL_TLS_CLIENT, parts),
        newAbort,
        setTimer,
        connectTo: async (port) => {
          const socket = connect({ hostname: '127.0.0.1', port }, { allowHalfOpen: true });
          await socket.opened;
          return fromWebStreams(socket);
        },
      },
      setting,
    );
    return Response.json(outcomes);
  },
};
