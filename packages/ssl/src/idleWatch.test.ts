import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IdleWatch } from './idleWatch.ts';
import { createTestPlatform } from './testing/platform.ts';

const test = suite('idle watch');

function createScene() {
  const platform = createTestPlatform();
  const watch = new IdleWatch(platform.setTimer, {
    releaseBuffers() {
      scene.idle += 1;
    },
  });
  const scene = { platform, watch, idle: 0 };
  return scene;
}

test('a wait that outlasts the timer is noticed, once', () => {
  const scene = createScene();
  scene.watch.waitBegins();
  scene.platform.passTime();
  assert.is(scene.idle, 1);
  assert.is(scene.platform.passTime(), 0);
  assert.is(scene.idle, 1);
});

test('many waits share one timer, and the time counts from the last of them', () => {
  const scene = createScene();
  for (let wait = 0; wait < 10; wait++) {
    scene.watch.waitBegins();
    scene.watch.waitEnds();
  }
  assert.is(scene.platform.timers, 1);
  scene.watch.waitBegins();
  scene.platform.passTime();
  assert.is(scene.idle, 0);
  scene.platform.passTime();
  assert.is(scene.idle, 1);
});

test('nothing is noticed where nobody waits, and the next wait is watched again', () => {
  const scene = createScene();
  scene.watch.waitBegins();
  scene.watch.waitEnds();
  assert.is(scene.platform.passTime(), 1);
  assert.is(scene.platform.timers, 0);
  assert.is(scene.idle, 0);
  scene.watch.waitBegins();
  scene.platform.passTime();
  assert.is(scene.idle, 1);
});

test('once stopped, it sets no timer', () => {
  const scene = createScene();
  scene.watch.waitBegins();
  scene.watch.stop();
  assert.is(scene.platform.timers, 0);
  scene.watch.waitBegins();
  assert.is(scene.platform.timers, 0);
  assert.is(scene.idle, 0);
});

test.run();
