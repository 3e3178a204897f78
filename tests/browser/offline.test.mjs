/** Without a network: kept on the device when asked, and as one file. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { serve } from '../../tools/serve.mjs';
import { assertAccessible } from './axe.mjs';
import { answered, BROWSERS, buildDouble, choose, Folder, launch, open, screenshot, text } from './harness.mjs';
import { known, plain } from './reports.mjs';

for (const name of BROWSERS) {
  describe(`without a network (${name})`, () => {
    /** @type {Folder} */
    let folder;
    /** @type {Folder} */
    let files;
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    before(async () => {
      folder = await buildDouble();
      files = await Folder.create();
      browser = await launch(name);
    });
    after(async () => {
      await browser.close();
      await files.remove();
      await folder.remove();
    });

    it('is kept on the device when asked, opens with the network cut, and can be removed', async () => {
      const server = await serve(folder.path, 0);
      const page = await open(browser, server.url);
      await page.click('[data-section=about]');
      await page.waitForSelector('offline-keeper button');
      await page.click('offline-keeper button');
      await page.waitForFunction(() =>
        /is kept on this device/.test(document.querySelector('offline-keeper')?.textContent ?? ''),
      );
      await assertAccessible(page, 'kept');
      await screenshot(page, `kept-${name}`);
      await server.close();

      await page.reload();
      await page.waitForSelector('file-intake .primary');
      await choose(page, [await files.add('kept.apk', { report: plain() })]);
      await answered(page);
      assert.match(await text(page, '.answer'), /Garden Calendar/);

      await page.click('[data-section=about]');
      await page.waitForFunction(() =>
        /Remove it/.test(document.querySelector('offline-keeper button')?.textContent ?? ''),
      );
      await page.click('offline-keeper button');
      await page.waitForFunction(() => /can be kept/.test(document.querySelector('offline-keeper')?.textContent ?? ''));
      const left = await page.evaluate(async () => [
        (await caches.keys()).length,
        (await navigator.serviceWorker.getRegistrations()).length,
      ]);
      assert.deepEqual(left, [0, 0]);
      await page.close();
    });

    it('opens as one file, from a folder that holds nothing else', async () => {
      const single = await files.add('alone/apklens.html', await readFile(join(folder.path, 'apklens.html'), 'utf8'));
      const page = await browser.newPage();
      /** @type {string[]} */
      const asked = [];
      page.on('request', (request) => asked.push(request.url()));
      const address = pathToFileURL(single).href;
      await page.goto(address);
      await page.waitForSelector('file-intake .primary');
      await choose(page, [
        await files.add('one.apk', { report: known('stalkerware') }),
        await files.add('two.apk', { report: plain() }),
      ]);
      await page.waitForFunction(() => document.querySelectorAll('.results .badge').length === 2);
      await assertAccessible(page, 'single file');
      await screenshot(page, `single-file-${name}`);
      assert.deepEqual(
        asked.filter((url) => !/^(data|blob):/.test(url) && url !== address),
        [],
      );
      assert.equal(await page.$('offline-keeper button'), null, 'there is nothing to keep');
      const policy = await page.$eval('meta[http-equiv]', (meta) => meta.getAttribute('content') ?? '');
      assert.match(policy, /^default-src 'none'; script-src 'sha256-/);
      assert.doesNotMatch(policy, /unsafe-inline|connect-src|https?:/);
      await page.close();
    });
  });
}

describe('the service worker', () => {
  it('keeps every file of the page, and changes its version with any of them', async () => {
    const one = await buildDouble();
    const script = await readFile(join(one.path, 'service-worker.js'), 'utf8');
    const files = JSON.parse(script.match(/^const FILES = (.*);$/m)?.[1] ?? '');
    for (const file of [
      './',
      'index.html',
      'app/main.js',
      'app/elements/view.js',
      'worker.js',
      'signatures.bin',
      'locales/en/page.json',
      'style/base.css',
    ]) {
      assert.ok(files.includes(file), file);
    }
    assert.ok(!files.some((/** @type {string} */ file) => /apklens\.html|service-worker|\.d\.ts/.test(file)));
    assert.match(script, /^const VERSION = '[0-9a-f]{16}';$/m);
    await one.remove();
  });
});
