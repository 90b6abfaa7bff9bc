import { bulk } from './bulk.ts';
import { handshake } from './handshake.ts';
import type { Benchmark } from './harness/benchmark.ts';

export const benchmarks: readonly Benchmark[] = [handshake, bulk];
