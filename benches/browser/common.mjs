/** What the measurements in a browser share: the page as built, a file in its memory, medians. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT, launch, ROOT } from '../../tests/browser/harness.mjs';
import { serve } from '../../tools/serve.mjs';

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {import('puppeteer-core').ElementHandle<HTMLInputElement>} Input */

/** The largest of the real apps, 18 MB. */
export const APP = join(ROOT, 'node_modules/appium-uiautomator2-server/apks/appium-uiautomator2-server-v10.6.6.apk');

/** How often each thing is measured. */
export const RUNS = Number(process.env.RUNS ?? 7);

/**
 * Opens the built page and does something in it.
 *
 * @template T
 * @param {import('../../tests/browser/harness.mjs').BrowserName} browserName
 * @param {(page: Page) => Promise<T>} what
 * @param {string} [dist] The build of the page; `DIST` names another than the usual one.
 */
export async function inPage(browserName, what, dist = process.env.DIST ?? BUILT) {
  const server = await serve(dist, 0);
  const browser = await launch(browserName, {});
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.goto(server.url);
    await page.waitForSelector('file-intake .primary');
    return await what(page);
  } finally {
    await browser.close();
    await server.close();
  }
}

/**
 * A file as a visitor chooses it.
 *
 * @param {Page} page
 * @param {string} path
 */
export async function choose(page, path) {
  const input = /** @type {Input} */ (
    await page.evaluateHandle(() => Object.assign(document.createElement('input'), { type: 'file' }))
  );
  await input.uploadFile(path);
  return input;
}

/**
 * One check by the page's own core and worker, in milliseconds: until the worker is ready (the module compiled and the
 * database loaded, nothing when it is warm), until the file is hashed, until the report is there.
 *
 * @param {Page} page
 * @param {Input} input
 * @returns {Promise<{ cold: number, hashing: number, warm: number, report: string }>} `cold` is the first check of a
 *   new worker with everything that goes before it, `warm` a second one.
 */
export function check(page, input) {
  return page.evaluate(async (chosen) => {
    const file = /** @type {File} */ (chosen.files?.[0]);
    /** @type {{ Core: typeof import('../../www/app/core/core.js').Core }} */
    const { Core } = await import(String(new URL('app/core/core.js', document.baseURI)));
    /** @param {Worker} worker */
    const run = (worker) =>
      new Promise((resolve, reject) => {
        const start = performance.now();
        let hashing = 0;
        worker.onmessage = ({ data }) => {
          const now = performance.now() - start;
          if (data.type === 'progress' && data.phase === 'hashing' && data.done >= data.total) hashing = now;
          if (data.type === 'report') resolve({ hashing, whole: now, report: data.json });
          if (data.type === 'failed') reject(new Error(data.message));
        };
        worker.postMessage({ type: 'check', id: 1, file, name: file.name });
      });
    const start = performance.now();
    const worker = (await Core.load()).createWorker();
    await run(worker);
    const cold = performance.now() - start;
    const { hashing, whole, report } = await run(worker);
    worker.terminate();
    return { cold, hashing, warm: whole, report };
  }, input);
}

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return /** @type {number} */ (sorted[Math.floor(sorted.length / 2)]);
}

/** The least, the median and the greatest, for people. @param {number[]} values @param {(value: number) => string} say */
export function spread(values, say) {
  return [Math.min(...values), median(values), Math.max(...values)].map(say).join(' / ');
}

/** @param {number} value */
export const milliseconds = (value) => `${value.toFixed(0)} ms`;
/** @param {number} value */
export const ratio = (value) => value.toFixed(2);

/** @template T @param {(folder: string) => Promise<T>} what */
export async function inFolder(what) {
  const folder = await mkdtemp(join(tmpdir(), 'apklens-bench-'));
  try {
    return await what(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
