/** The worker by itself, over a core that tells its progress as the real one does. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import { ROOT } from './harness.mjs';

const SCRIPT = await readFile(join(ROOT, 'www/worker.js'), 'utf8');

/**
 * What the worker posts for one file.
 *
 * @param {(progress: (phase: string, done: number, total: number) => void, wait: (milliseconds: number) => void) => string} analyze
 */
async function posted(analyze) {
  /** @type {any[]} */
  const messages = [];
  /** @type {(event: { data: object }) => Promise<void>} */
  let receive = async () => {};
  let now = 0;
  class Analyzer {
    /**
     * @param {File} _file
     * @param {string} _name
     * @param {File | undefined} _idsig
     * @param {(phase: string, done: number, total: number) => void} progress
     */
    analyze(_file, _name, _idsig, progress) {
      return analyze(progress, (milliseconds) => (now += milliseconds));
    }
  }
  runInNewContext(SCRIPT, {
    self: {
      addEventListener: (/** @type {string} */ _, /** @type {typeof receive} */ listener) => (receive = listener),
      postMessage: (/** @type {object} */ message) => messages.push({ ...message }),
    },
    performance: { now: () => now },
    wasm_bindgen: Object.assign(async () => {}, { Analyzer }),
  });
  await receive({ data: { type: 'start', module: null, database: null, indicators: [], rules: [] } });
  await receive({ data: { type: 'check', id: 7, name: 'a.apk' } });
  return messages;
}

describe('the worker', () => {
  it('tells how much is hashed although every piece that is read gives a sign, too', async () => {
    const messages = await posted((progress, wait) => {
      for (let done = 1; done <= 200; done += 1) {
        wait(10);
        progress('reading', 0, 0);
        wait(10);
        progress('hashing', done, 1000);
      }
      return '{}';
    });
    const hashed = messages.filter(({ phase }) => phase === 'hashing').map(({ done }) => done);
    assert.ok(hashed.length > 20, `${hashed}`);
    assert.deepEqual(messages.at(-1), { type: 'report', id: 7, json: '{}' });
  });

  it('tells no more than the page can show, and always the end of a phase', async () => {
    const messages = await posted((progress, wait) => {
      for (let done = 1; done <= 10_000; done += 1) {
        wait(0.1);
        progress('hashing', done, 10_000);
      }
      return '{}';
    });
    const hashed = messages.filter(({ phase }) => phase === 'hashing').map(({ done }) => done);
    assert.ok(hashed.length < 30, `${hashed.length} messages in a second`);
    assert.equal(hashed.at(-1), 10_000);
  });
});
