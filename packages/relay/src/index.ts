export { type AllowList, createAllowList } from './allowList.ts';
export { type Relay, type RelayOptions, startRelay } from './relay.ts';
