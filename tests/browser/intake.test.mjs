/** Files in: by button, by drop, by folder; several, bad ones, cancelled ones. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertAccessible } from './axe.mjs';
import { answered, choose, hurry, PATIENCE, screenshot, text, texts } from './harness.mjs';
import { everyLevel, known, plain, unreadable, worrying } from './reports.mjs';
import { inEveryBrowser } from './suite.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

inEveryBrowser('intake', (suite) => {
  it('tells first what happens to the file', async () => {
    const page = await suite.open();
    const told = await texts(page, 'check-view .intro p');
    assert.match(told[0] ?? '', /stays on this device/);
    assert.match(told.at(-1) ?? '', /from the phone/, 'and who has no file is led to the guide');
    await assertAccessible(page, 'start');
    await screenshot(page, `start-${suite.name}`);
  });

  it('takes a file that is dropped anywhere on the page', async () => {
    const page = await suite.open();
    await drop(page, 'footer', [['dropped.apk', { report: plain() }]]);
    await answered(page);
    assert.match(await text(page, '.answer'), /Garden Calendar/);
    assert.equal(page.url(), suite.url);
  });

  it('gives each of several files its own result, the worst first, and sorts them', async () => {
    const page = await suite.open();
    const reports = Object.values(everyLevel());
    await choose(page, await Promise.all(reports.map((report) => suite.files.add(report.file.name, { report }))));
    await results(page, reports.length);
    assert.deepEqual(await texts(page, '.results .badge'), [
      'Known stalkerware',
      'Known monitoring app',
      'Ordinary app, can be misused',
      'Worrying abilities',
      'Could not be checked',
      'Nothing known',
    ]);
    await page.waitForFunction(() => document.querySelector('.message')?.textContent !== '');
    assert.equal(await text(page, '.message'), 'Done: 6 of 6 files checked.');
    await assertAccessible(page, 'several results');
    await screenshot(page, `list-${suite.name}`);

    await page.click('[data-sort=result] button');
    assert.equal((await texts(page, '.results .badge'))[0], 'Nothing known');
    assert.equal(await page.$eval('[data-sort=result]', (heading) => heading.getAttribute('aria-sort')), 'descending');
    await page.click('[data-sort=app] button');
    assert.equal((await texts(page, '.results tbody .app-name'))[0], 'Garden Calendar');

    await page.$$eval('.results button.link', (links) => links.at(-1)?.click());
    await answered(page);
    await screenshot(page, `one-of-several-${suite.name}`);
    await page.click('.back');
    assert.equal(await page.evaluate(() => document.activeElement?.className), 'link', 'back on the row');
  });

  it('leaves other files unharmed by one on which the core fails', async () => {
    const page = await suite.open();
    await choose(page, [
      await suite.files.add('fails.apk', { report: plain(), crash: 'memory access out of bounds' }),
      await suite.files.add('no-report.apk', 'not what the double reads'),
      await suite.files.add('known.apk', { report: known('stalkerware') }),
      await suite.files.add('plain.apk', { report: plain() }),
    ]);
    await results(page, 4);
    assert.deepEqual(await texts(page, '.results .badge'), [
      'Known stalkerware',
      'Could not be checked',
      'Could not be checked',
      'Nothing known',
    ]);
    await page.$$eval('.results button.link', (links) =>
      links.find((link) => link.textContent === 'fails.apk')?.click(),
    );
    await answered(page);
    assert.match(
      await text(page, 'app-report'),
      /through no fault of yours: RuntimeError: memory access out of bounds/,
    );
  });

  it('ends a worker that gives no sign any more, and says so; other files are unharmed', async () => {
    const page = await suite.open({ prepare: hurry });
    await choose(page, [
      await suite.files.add('hangs.apk', { report: plain(), hang: true }),
      await suite.files.add('slow.apk', { report: plain(), slow: 2000 }),
      await suite.files.add('known.apk', { report: known('stalkerware') }),
    ]);
    await results(page, 3);
    assert.deepEqual(await texts(page, '.results .badge'), [
      'Known stalkerware',
      'Could not be checked',
      'Nothing known',
    ]);
    await page.$$eval('.results button.link', (links) =>
      links.find((link) => link.textContent === 'hangs.apk')?.click(),
    );
    await answered(page);
    assert.match(
      await text(page, 'app-report'),
      /came to a standstill and was stopped\. That says nothing about the app\./,
    );
  });

  it('shows progress, and cancels', async () => {
    const page = await suite.open();
    await choose(page, [await suite.files.add('slow.apk', { report: plain(), slow: 60_000 })]);
    await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0);
    assert.match(await text(page, '.progress-line'), /^Reading slow\.apk\./);
    await page.waitForFunction(() =>
      /About \d+ seconds left/.test(document.querySelector('.progress-line')?.textContent ?? ''),
    );
    await assertAccessible(page, 'progress');
    await screenshot(page, `progress-${suite.name}`);
    await press(page, 'check-progress', 'Cancel');
    await page.waitForFunction(() =>
      /Cancelled: not checked/.test(document.querySelector('.results')?.textContent ?? ''),
    );
    // The worker was ended; the next file gets another one.
    await choose(page, [await suite.files.add('next.apk', { report: plain() })]);
    await results(page, 1);
  });

  it('pauses, goes on, and cancels one of many', async () => {
    const page = await suite.open();
    const names = Array.from({ length: 12 }, (_, at) => `many-${at}.apk`);
    await choose(
      page,
      await Promise.all(names.map((name) => suite.files.add(name, { report: worrying(), slow: 700 }))),
    );
    await press(page, 'check-progress', 'Pause');
    await page.waitForFunction(() =>
      /^\d+ of 12 files checked\. Paused/.test(document.querySelector('.progress-line')?.textContent ?? ''),
    );
    await page.waitForFunction(() => !document.querySelector('.results')?.textContent?.includes('Being read'));
    const paused = (await texts(page, '.results .badge')).length;
    assert.ok(paused > 0 && paused < 12, `${paused} were done when it was paused`);
    await screenshot(page, `paused-${suite.name}`);
    await page.click('[aria-label="Cancel many-11.apk"]');
    await press(page, 'check-progress', 'Go on');
    await results(page, 11);
    assert.equal((await texts(page, '.results tbody tr')).length, 12);
  });

  it('brings a v4 signature to its APK', async () => {
    const page = await suite.open();
    const report = plain();
    await choose(page, [
      await suite.files.add('signed.apk', { report }),
      await suite.files.add('signed.apk.idsig', 'four'),
    ]);
    await answered(page);
    const shown = await page.$eval('.technical', (details) => details.textContent);
    // The double adds the signature's size.
    assert.match(shown ?? '', new RegExp(`${report.file.size + 4} bytes`));
  });

  it('checks a file that was chosen itself, whatever its name', async () => {
    const page = await suite.open();
    await choose(page, [await suite.files.add('letter.txt', { report: unreadable() })]);
    await answered(page);
    assert.equal(await text(page, '.answer .badge'), 'Could not be checked');
  });

  it('clears everything', async () => {
    const page = await suite.open();
    await choose(page, [await suite.files.add('plain.apk', { report: plain() })]);
    await answered(page);
    await page.click('.clear');
    assert.equal(await page.$('app-report'), null);
    assert.equal(await text(page, '.message'), 'Everything on this page has been cleared.');
    assert.doesNotMatch(await page.evaluate(() => document.body.textContent ?? ''), /Garden Calendar/);
  });

  it('says so when a folder cannot be opened, and takes the rest', async () => {
    const page = await suite.open();
    await page.evaluate(
      (content) => {
        const file = new File([content], 'rest.apk');
        const locked = {
          isDirectory: true,
          isFile: false,
          createReader: () => ({
            readEntries: (/** @type {any} */ _, /** @type {any} */ fail) => fail(new Error('locked')),
          }),
        };
        const rest = {
          isDirectory: false,
          isFile: true,
          fullPath: '/rest.apk',
          file: (/** @type {any} */ resolve) => resolve(file),
        };
        const items = [locked, rest].map((entry) => ({ webkitGetAsEntry: () => entry }));
        const event = Object.assign(new Event('drop', { bubbles: true, cancelable: true }), {
          dataTransfer: { items, files: [] },
        });
        document.body.dispatchEvent(event);
      },
      JSON.stringify({ report: plain() }),
    );
    await answered(page);
    assert.match(await text(page, '.message'), /^One file or folder could not be opened/);
  });

  if (suite.name === 'chrome') {
    // Only Chromium's protocol can choose or drop a folder.
    it('takes a folder with everything in it', async () => {
      const page = await suite.open();
      await suite.files.add('pulled/a.apk', { report: known('stalkerware') });
      await suite.files.add('pulled/deep/er/b.xapk', { report: plain() });
      await suite.files.add('pulled/photo.jpg', 'no app');
      await dropPaths(page, [`${suite.files.path}/pulled`]);
      await results(page, 2);
      assert.match(await text(page, 'results-list'), /pulled\/deep\/er\/b\.xapk/);
      assert.match(await text(page, 'results-list'), /One file in the folder does not look like an app/);
    });

    it('says when a folder holds no app', async () => {
      const page = await suite.open();
      await suite.files.add('letters/one.txt', 'no app');
      await suite.files.add('letters/two.txt', 'no app');
      await choose(page, [`${suite.files.path}/letters`], 'folder');
      await page.waitForFunction(() => document.querySelector('.message')?.textContent !== '');
      assert.match(
        await text(page, '.message'),
        /no app file in what you chose\. Other files that were left alone: 2\./,
      );
    });
  }
});

/**
 * @param {Page} page
 * @param {number} count
 */
async function results(page, count) {
  await page.waitForFunction(
    (wanted) => document.querySelectorAll('.results .badge').length === wanted,
    { timeout: PATIENCE },
    count,
  );
}

/**
 * @param {Page} page
 * @param {string} within
 * @param {string} label
 */
async function press(page, within, label) {
  await page.$$eval(
    `${within} button`,
    (buttons, wanted) => {
      const button = buttons.find(({ textContent }) => textContent === wanted);
      if (!button) throw new Error(`no button ${wanted}`);
      button.click();
    },
    label,
  );
}

/**
 * Drops files as a script would.
 *
 * @param {Page} page
 * @param {string} selector
 * @param {[string, unknown][]} files
 */
async function drop(page, selector, files) {
  await page.evaluate(
    (target, given) => {
      const transfer = new DataTransfer();
      for (const [name, content] of given) transfer.items.add(new File([JSON.stringify(content)], name));
      const event = new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true });
      document.querySelector(target)?.dispatchEvent(event);
      if (!event.defaultPrevented) throw new Error('the browser would have opened the file');
    },
    selector,
    files,
  );
}

/**
 * Drops files and folders as the system would.
 *
 * @param {Page} page
 * @param {string[]} paths
 */
async function dropPaths(page, paths) {
  const session = await page.createCDPSession();
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop'])) {
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 400, data });
  }
}
