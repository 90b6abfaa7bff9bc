/** The core on WebAssembly neither branches on what is in its memory nor is led to an address by it. */
import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wasm } from '../src/simd/wasm.ts';
import { findSecretFlows } from './secret-flow.mjs';

test('no address, length, branch, select or division depends on what is loaded', () => {
  // Binaryen is so large that the tests' loader would take half a minute for it: a process of its own.
  const program = `
    import { readFileSync } from 'node:fs';
    import binaryen from 'assemblyscript/binaryen';
    process.stdout.write(binaryen.readBinary(readFileSync(0)).emitText());`;
  const text = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    input: Buffer.from(wasm, 'latin1'),
    cwd: import.meta.dirname,
    encoding: 'utf8',
    maxBuffer: 2 ** 24,
  });
  const { findings, functions, accesses } = findSecretFlows(text);
  assert.equal(findings, []);
  // That it was looked at.
  assert.is(functions, text.match(/^ \(func /gm)?.length);
  assert.is(accesses, text.match(/\.(load|store)/g)?.length);
  assert.ok(accesses > 200, `${accesses} loads and stores`);
});

const secret = '(i32.load (i32.const 16))';

/** What each is refused for. Each is one change that somebody might make. */
const bad = {
  'a table': `(drop (i32.load8_u offset=64 ${secret}))`,
  'a table behind arithmetic': `(drop (v128.load (i32.add (i32.const 64) (i32.shl ${secret} (i32.const 4)))))`,
  'a store at a secret address': `(v128.store ${secret} (v128.const i32x4 0 0 0 0))`,
  'a lane as an address': '(drop (i32.load8_u (i32x4.extract_lane 0 (v128.load (i32.const 0)))))',
  'a branch': `(if ${secret} (then (nop)))`,
  'a conditional break': `(block $out (br_if $out (i32.eqz ${secret})))`,
  'a select': `(drop (select (i32.const 1) (i32.const 2) ${secret}))`,
  'a comparison of a vector': '(if (v128.any_true (v128.load (i32.const 0))) (then (nop)))',
  'a division': `(drop (i32.rem_u ${secret} (i32.const 5)))`,
  'a length': `(memory.fill (i32.const 0) (i32.const 0) ${secret})`,
  'a local': `(local.set $0 ${secret}) (drop (i32.load (local.get $0)))`,
  'a local that is set later in a loop': `(loop $again (drop (i32.load (local.get $0))) (local.set $0 ${secret}) (br $again))`,
  'a global': `(drop (i32.load (global.get $g))) (global.set $g ${secret})`,
  'a parameter of a function': `(drop (call $lookUp ${secret}))`,
  'what a function returns': '(drop (i32.load (call $read)))',
  'a block': `(drop (i32.load (block $b (result i32) (br $b ${secret}))))`,
};

/** @param {string} body */
const moduleOf = (body) => `(module
  (memory $0 1)
  (global $g (mut i32) (i32.const 0))
  (export "f" (func $f))
  (func $lookUp (param $0 i32) (result i32) (i32.load (local.get $0)))
  (func $read (result i32) ${secret})
  (func $f (param $0 i32) ${body}))`;

for (const [what, body] of Object.entries(bad)) {
  test(`the check finds ${what}`, () => {
    assert.is(findSecretFlows(moduleOf(body)).findings.length, 1);
  });
}

test('the check takes secrets as data, public addresses, and swizzles', () => {
  const body = `
    (i32.store (local.get $0) (i32.xor ${secret} (i32.const 1)))
    (v128.store (i32.const 0) (i8x16.swizzle (v128.load (i32.const 0)) (v128.load (local.get $0))))
    (loop $again
      (local.set $0 (i32.add (local.get $0) (i32.const 16)))
      (br_if $again (i32.lt_u (local.get $0) (i32.const 64))))
    (memory.fill (local.get $0) ${secret} (i32.const 3))
    (drop (call $lookUp (local.get $0)))`;
  assert.equal(findSecretFlows(moduleOf(body)).findings, []);
});

test('the check refuses what it does not understand', () => {
  assert.throws(() => findSecretFlows(moduleOf('(memory.grow (i32.const 1))')), /memory\.grow/);
  assert.throws(() => findSecretFlows(moduleOf(`(table.get $t ${secret})`)), /table\.get/);
});

test.run();
