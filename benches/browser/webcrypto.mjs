/**
 * Whether the browser's WebCrypto would gain a visitor time over the core's own hashing: the most that it could.
 *
 *   node benches/browser/webcrypto.mjs            (BROWSERS=chrome for one browser, RUNS=7)
 *
 * The core hashes every byte with SHA-256, SHA-1 and MD5 in one pass, which its progress delimits, and with SHA-256 once more
 * for the content digests of v2 and v3. What these cost is measured on the core's SHA-256 alone (`sha256/`, compiled as the core
 * is), over the same slices of the file. WebCrypto hashes the same bytes in chunks of 1 MiB, each behind its prefix, four at a
 * time, and as a whole, which needs the whole file in memory. It has no MD5.
 */

import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BROWSERS, ROOT } from '../../tests/browser/harness.mjs';
import { APP, check, choose, inFolder, inPage, milliseconds, RUNS, ratio, spread } from './common.mjs';

const run = promisify(execFile);
const KEY = join(ROOT, 'tests/fixtures/keys/maker.p12');
const OURS = join(ROOT, 'benches/browser/sha256');
const TARGET = join(ROOT, 'target/bench');

/** The core's SHA-256 as a module by itself, in Base64. */
async function ours() {
  const options = ['--quiet', '--release', '--target', 'wasm32-unknown-unknown', '--target-dir', TARGET];
  await run('cargo', ['build', ...options, '--manifest-path', join(OURS, 'Cargo.toml')]);
  return readFile(join(TARGET, 'wasm32-unknown-unknown/release/sha256.wasm'), 'base64');
}

/**
 * An app with so many megabytes of data that do not compress, signed with v2.
 *
 * @param {string} folder
 * @param {number} megabytes
 */
async function madeUp(folder, megabytes) {
  const [app, data] = [join(folder, 'app.apk'), join(folder, 'data.bin')];
  await copyFile(join(ROOT, 'target/fixtures/unsigned.apk'), app);
  await writeFile(data, randomFillSync(Buffer.alloc(megabytes << 20)));
  await run('zip', ['-q0jX', app, data]);
  await run('apksigner', [
    'sign',
    '--ks',
    KEY,
    '--ks-pass',
    'pass:apklens',
    '--min-sdk-version',
    '24',
    '--v1-signing-enabled',
    'false',
    '--v4-signing-enabled',
    'false',
    app,
  ]);
  return app;
}

/**
 * Both over a chosen file, in a worker.
 *
 * @param {import('puppeteer-core').Page} page
 * @param {import('./common.mjs').Input} input
 * @param {string} module The core's SHA-256.
 * @returns {Promise<Record<string, number>>} Milliseconds.
 */
function hash(page, input, module) {
  return page.evaluate(
    async (chosen, module) => {
      const work = async () => {
        /** @param {Blob} file @param {string} algorithm @param {boolean} prefixed */
        const chunked = async (file, algorithm, prefixed) => {
          let next = 0;
          const one = async () => {
            while (next < file.size) {
              const start = next;
              next += 1 << 20;
              const chunk = await file.slice(start, start + (1 << 20)).arrayBuffer();
              let bytes = new Uint8Array(chunk);
              if (prefixed) {
                bytes = new Uint8Array(5 + chunk.byteLength);
                bytes[0] = 0xa5;
                new DataView(bytes.buffer).setUint32(1, chunk.byteLength, true);
                bytes.set(new Uint8Array(chunk), 5);
              }
              await crypto.subtle.digest(algorithm, bytes);
            }
          };
          await Promise.all([one(), one(), one(), one()]);
        };
        /** As the core reads and hashes: one chunk after the other. @param {Blob} file @param {any} core */
        const byTheCore = (file, core) => {
          // The type checker knows the page's globals, and this is one of workers.
          const { FileReaderSync: Reader } = /** @type {any} */ (self);
          const reader = new Reader();
          const buffer = core.buffer();
          for (let start = 0; start < file.size; start += 1 << 20) {
            const chunk = new Uint8Array(reader.readAsArrayBuffer(file.slice(start, start + (1 << 20))));
            new Uint8Array(core.memory.buffer, buffer, chunk.length).set(chunk);
            core.digest(chunk.length);
          }
        };
        /** @param {Blob} file @param {string} algorithm */
        const whole = async (file, algorithm) => crypto.subtle.digest(algorithm, await file.arrayBuffer());
        self.onmessage = async ({ data: { file, module } }) => {
          const code = Uint8Array.from(atob(module), (character) => character.charCodeAt(0));
          const { instance } = await WebAssembly.instantiate(code);
          /** @type {[string, () => Promise<unknown>][]} */
          const tasks = [
            ['reading', () => file.arrayBuffer()],
            ['core SHA-256', async () => byTheCore(file, instance.exports)],
            ['chunks SHA-256', () => chunked(file, 'SHA-256', true)],
            ['chunks SHA-512', () => chunked(file, 'SHA-512', true)],
            ['whole SHA-256', () => whole(file, 'SHA-256')],
            ['whole SHA-1', () => whole(file, 'SHA-1')],
          ];
          /** @type {Record<string, number>} */
          const times = {};
          for (const [name, task] of tasks) {
            const start = performance.now();
            await task();
            times[name] = performance.now() - start;
          }
          self.postMessage(times);
        };
      };
      const worker = new Worker(URL.createObjectURL(new Blob([`(${work})()`], { type: 'text/javascript' })));
      const times = await new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = reject;
        worker.postMessage({ file: chosen.files?.[0], module });
      });
      worker.terminate();
      return times;
    },
    input,
    module,
  );
}

/**
 * @param {import('../../tests/browser/harness.mjs').BrowserName} browser
 * @param {string} title
 * @param {string} path
 * @param {string} module
 */
async function measure(browser, title, path, module) {
  await inPage(browser, async (page) => {
    const input = await choose(page, path);
    /** @type {Record<string, number>[]} */
    const rows = [];
    for (let index = 0; index <= RUNS; index += 1) {
      const { warm, hashing } = await check(page, input);
      const times = await hash(page, input, module);
      const { 'core SHA-256': core = NaN, 'chunks SHA-256': chunks = NaN } = times;
      const { 'whole SHA-256': sha256 = NaN, 'whole SHA-1': sha1 = NaN } = times;
      const digests = (warm - core + chunks) / warm;
      rows.push({ check: warm, hashing, ...times, digests, most: digests + (sha256 + sha1 - hashing) / warm });
    }
    // The first run warms the disk's cache.
    rows.shift();
    /** @param {string} name */
    const all = (name) => rows.map((row) => row[name] ?? NaN);
    console.log(`\n${title}, ${browser}; ${RUNS} runs; least / median / greatest`);
    for (const name of Object.keys(rows[0] ?? {}).slice(0, -2))
      console.log(`  ${name.padEnd(16)}`, spread(all(name), milliseconds));
    console.log('  a check with WebCrypto, to the check as it is, at best:');
    console.log('    for the content digests                            ', spread(all('digests'), ratio));
    console.log('    for the file’s SHA-256 and SHA-1, too, MD5 for free', spread(all('most'), ratio));
  });
}

await inFolder(async (folder) => {
  const [large, module] = await Promise.all([madeUp(folder, 100), ours()]);
  for (const browser of BROWSERS) {
    await measure(browser, 'the real app of 18 MB', APP, module);
    await measure(browser, 'a made-up app of 100 MB', large, module);
  }
});
