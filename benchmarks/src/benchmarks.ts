import { aead } from './aead.ts';
import { bulk } from './bulk.ts';
import { handshake } from './handshake.ts';
import type { Benchmark } from './harness/benchmark.ts';

export const benchmarks: readonly Benchmark[] = [aead, handshake, bulk];
