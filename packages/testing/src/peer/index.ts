/**
 * A scripted TLS 1.3 server without I/O. It plays a right handshake by itself, and does anything wrong when told to.
 *
 *     const root = await createAuthority();
 *     const credentials = await root.issue({ dnsNames: ['example.com'] });
 *     const server = createScriptedServer({ credentials, suite: 'TLS_AES_128_GCM_SHA256', sessionTickets: 2 });
 *     const client = createClientConnection({ … });
 *     converse(client, server);                        // carries bytes until both are quiet: handshake done
 *     server.send(data); server.closeNotify();
 *     const plaintext = converse(client, server);      // what the client read
 *     server.received; server.alerts; server.hellos; server.records; server.clientClosed;   // what it did
 *
 * Servers that share a `tickets` book resume what the other began, with early data where `maxEarlyData` says so (what
 * they took is in `server.earlyData`); `externalPsks` stand for certificates.
 *
 * To do wrong, change a message (the transcript has what was really sent, so that all others stay right) …
 *
 *     tamper: { certificateVerify: drop }
 *     tamper: { serverHello: helloFields({ legacyCompressionMethod: 1 }) }
 *     tamper: { encryptedExtensions: extension(extensionTypes.cookie, [0, 1, 7]) }
 *     tamper: { finished: body(flipBit(-1)) }
 *     tamper: { certificate: (message) => [message, message] }
 *     signing: { signer: 'client' }, signing: { key: anotherKey }, signing: { scheme: 0x0401 }
 *
 * … or what a flight does and in what order: names of messages, changes of keys, functions of the server …
 *
 *     flight: (steps) => steps.filter((step) => step !== 'certificate')
 *     flight: (steps) => insertAfter(steps, 'handshakeKeys', (server) => server.sendRecord(23, data))
 *
 * … or the records: `framing`, `padding`, `alterRecord: (record, { index }) => …`, and `sendRecord`, `sendRaw`.
 *
 * `overTransport(server, transport)` serves one end of a carrier instead, for tests of sockets:
 *
 *     const [ours, theirs] = memoryPair();
 *     const server = createScriptedServer({
 *       credentials,
 *       onAlert: ({ name }, server) => { if (name === 'close_notify') server.send(answer); },
 *     });
 *     const peer = overTransport(server, theirs);      // sends by itself whatever the server says, also later
 *     await peer.until((server) => server.clientClosed);
 *     server.closeNotify(); await peer.closeWrite(); await peer.close();
 *
 * `createScriptedServer12` is a server of TLS 1.2 with one suite and group, right in all it does, for the same.
 *
 * `trials()` does both sides with a client that trusts everybody and a provider that computes everything once, so
 * that a test file can have hundreds of connections; `outcomeOf()` says how one failed, as both sides saw it:
 *
 *     const attempt = await trials();
 *     const tried = attempt({ server: { tamper: { finished: body(flipBit(0)) } } });
 *     assert.equal(outcomeOf(tried), refusal('decrypt_error', 'DIGEST_CHECK_FAILED'));
 */

export { publicKeyOf, seededRandom, testConfig, testProvider, trustingVerifier } from './client.ts';
export type { SeenAuthentication } from './clientAuthentication.ts';
export { type OfferedKey, offeredKeys } from './clientOffer.ts';
export {
  type ConverseOptions,
  carryToServer,
  converse,
  converseWaiting,
  readAll,
  writeAll,
} from './converse.ts';
export {
  createEchKeys,
  type EchConfigFields,
  type EchKeys,
  encodeEchConfig,
  encodeEchConfigList,
  type ReceivedEch,
  receivedEch,
} from './ech.ts';
export type {
  Credentials,
  FlightStep,
  Framing,
  MessageName,
  ReceivedAlert,
  ServerOptions,
  Tamper,
} from './options.ts';
export {
  type CarriedServer,
  type Carrier,
  overTransport,
  type ServerOverTransport,
} from './overTransport.ts';
export type { ReceivedRecord } from './recordReader.ts';
export { concat, type RecordAlteration, type RecordInfo, type RecordOptions } from './recordWriter.ts';
export { createScriptedServer } from './scriptedServer.ts';
export type { ScriptedServer } from './server.ts';
export type { Signing } from './signing.ts';
export * from './tampering.ts';
export type { IssuedTicket, TicketBook } from './tickets.ts';
export {
  createScriptedServer12,
  type ScriptedServer12,
  type ServerOptions12,
} from './tls12/scriptedServer12.ts';
export { type Outcome, outcomeOf, refusal, type Trial, type Tried, trials } from './trial.ts';
