import { aead } from './aead.ts';
import { browser } from './browser.ts';
import { bulk } from './bulk.ts';
import { handshake } from './handshake.ts';
import type { Benchmark, CountedBenchmark } from './harness/benchmark.ts';
import { memory } from './memory.ts';
import { size } from './size.ts';
import { timing } from './timing.ts';
import { x509 } from './x509.ts';

export const benchmarks: readonly Benchmark[] = [aead, handshake, bulk, browser, memory, timing, x509];

export const counted: readonly CountedBenchmark[] = [size];
