import { delimiter } from 'node:path';
import { type DefaultVerifyPaths, noVerifyPaths } from '../defaultVerifyPaths.ts';
import { nodePlatform } from './node.ts';

/** What `nodePlatform` finds, in Python's words. */
export async function nodeVerifyPaths(): Promise<DefaultVerifyPaths> {
  const locations = [(await nodePlatform.defaultLocations?.()) ?? []].flat();
  const files = locations.flatMap(({ cafile }) => cafile ?? []);
  const directories = locations.flatMap(({ capath }) => capath ?? []);
  return {
    ...noVerifyPaths,
    cafile: files[0] ?? null,
    capath: directories.length === 0 ? null : directories.join(delimiter),
  };
}
