/** The worker by itself, over a core that tells its progress as the real one does. */

import assert from 'node:assert/strict';
import { createHash, webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import { ROOT } from './harness.mjs';

const CHUNK = 1 << 20;
const SCRIPT = await readFile(join(ROOT, 'www/worker.js'), 'utf8');

/**
 * What the worker posts for one file.
 *
 * @param {(progress: (phase: string, done: number, total: number) => void, wait: (milliseconds: number) => void, digests?: Uint8Array) => string} analyze
 * @param {object} [file]
 */
async function posted(analyze, file = { size: 1 }) {
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
     * @param {Uint8Array} [digests]
     * @param {string} [path]
     */
    analyze(_file, _name, _idsig, progress, digests, path) {
      assert.equal(path, 'folder/a.apk');
      return analyze(progress, (milliseconds) => (now += milliseconds), digests);
    }
  }
  runInNewContext(SCRIPT, {
    self: {
      addEventListener: (/** @type {string} */ _, /** @type {typeof receive} */ listener) => (receive = listener),
      postMessage: (/** @type {object} */ message) => messages.push({ ...message }),
    },
    performance: { now: () => now },
    wasm_bindgen: Object.assign(async () => {}, {
      Analyzer,
      contentsLength: (/** @type {{ size: number }} */ { size }) => size - 7,
    }),
    crypto: webcrypto,
  });
  await receive({ data: { type: 'start', module: null, database: null, indicators: [], rules: [] } });
  await receive({ data: { type: 'check', id: 7, name: 'a.apk', path: 'folder/a.apk', file } });
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

  it('has the browser hash the chunks of a large file, and of no small one', async () => {
    /** @type {(Uint8Array | undefined)[]} */
    const given = [];
    /** @param {number} megabytes */
    const check = (megabytes) => {
      const bytes = Buffer.alloc(CHUNK, 3);
      const file = { size: megabytes * CHUNK, slice: () => ({ arrayBuffer: async () => bytes }) };
      return posted((_progress, _wait, digests) => {
        given.push(digests);
        return '{}';
      }, file);
    };
    await check(63);
    await check(65);
    const [small, large] = given;
    assert.equal(small, undefined);
    const prefix = Buffer.from([0xa5, 0, 0, 0x10, 0]);
    const digest = createHash('sha256').update(prefix).update(Buffer.alloc(CHUNK, 3)).digest();
    assert.deepEqual(Buffer.from(large ?? []), Buffer.concat(Array.from({ length: 64 }, () => digest)));
  });

  it('leaves a file that cannot be read to the core', async () => {
    const file = { size: 65 * CHUNK, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) };
    const messages = await posted((_progress, _wait, digests) => `${digests}`, file);
    assert.equal(messages.at(-1).json, 'undefined');
  });
});
