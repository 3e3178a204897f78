/** One file, several apps: a group of rows, a report each; and an app inside an app. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertAccessible } from './axe.mjs';
import { saved } from './downloads.mjs';
import { answered, bring, choose, screenshot, showLists, text, texts } from './harness.mjs';
import { assertNoOverflow } from './layout.mjs';
import { carrier, inside, known, plain, unreadable, worrying } from './reports.mjs';
import { inEveryBrowser } from './suite.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

/** What the double gives of an archive with three apps and a file that could not be opened. */
function archive() {
  const calendar = plain();
  const spy = worrying();
  spy.file.name = 'apps/spy.apk';
  return { reports: inside('outer.zip', [calendar, spy, known('stalkerware'), unreadable()]) };
}

inEveryBrowser(
  'groups',
  (suite) => {
    /** @param {Page} page @param {number} count */
    const results = (page, count) =>
      page.waitForFunction((wanted) => document.querySelectorAll('.results .badge').length === wanted, {}, count);

    it('shows the apps of one file together, below its name, the worst first', async () => {
      const page = await suite.open();
      await choose(page, [await suite.files.add('outer.zip', archive())]);
      await results(page, 4);
      assert.equal(await text(page, '.group-name'), 'outer.zip');
      assert.match(await text(page, '.group-head'), /4 results\./);
      assert.deepEqual(await texts(page, '.results .badge'), [
        'Known stalkerware',
        'Worrying abilities',
        'Could not be checked',
        'Nothing known',
      ]);
      assert.deepEqual(await texts(page, '.results .app-name'), [
        'System Update Service',
        'System Update Service',
        'letter.apk',
        'Garden Calendar',
      ]);
      assert.deepEqual(await texts(page, '.app-cell .quiet'), ['stalkerware.apk', 'apps/spy.apk', 'calendar.apk']);
      assert.equal(await page.$$eval('.results .app-icon:not(.none)', (icons) => icons.length), 1, 'each its own icon');
      await page.waitForFunction(() => document.querySelector('.message')?.textContent !== '');
      assert.equal(await text(page, '.message'), 'Done: 1 of 1 file checked. 4 results.');
      assert.equal(
        await page.$eval('.results caption', (caption) => caption.textContent),
        '1 of 1 file checked 4 results.',
      );
      await assertAccessible(page, 'a group');
      await screenshot(page, `group-${suite.name}`);
    });

    it('keeps a group together among other files, however it is sorted', async () => {
      const page = await suite.open();
      await choose(page, [
        await suite.files.add('alone.apk', { report: known('watchware') }),
        await suite.files.add('outer.zip', archive()),
        await suite.files.add('plain.apk', { report: plain() }),
      ]);
      await results(page, 6);
      const order = () =>
        page.$$eval('.results tbody', (groups) =>
          groups.map((group) => Array.from(group.querySelectorAll('.badge'), ({ textContent }) => textContent)),
        );
      const group = ['Known stalkerware', 'Worrying abilities', 'Could not be checked', 'Nothing known'];
      assert.deepEqual(await order(), [group, ['Known monitoring app'], ['Nothing known']]);
      await page.click('[data-sort=result] button');
      assert.deepEqual(await order(), [['Nothing known'], ['Known monitoring app'], group.toReversed()]);
      await page.click('[data-sort=app] button');
      assert.equal(
        (await order()).findIndex((rows) => rows.length === 4),
        1,
        'by the name of the file: G, o, S',
      );
      await page.click('[data-sort=size] button');
      assert.equal((await order()).filter((rows) => rows.length === 4).length, 1);
    });

    it('opens each app, and comes back to its row', async () => {
      const page = await suite.open();
      await choose(page, [await suite.files.add('outer.zip', archive())]);
      await results(page, 4);
      await page.$$eval('.results button.link', (links) => links.at(-1)?.click());
      await answered(page);
      assert.match(await text(page, '.answer'), /outer\.zip!\/calendar\.apk/);
      assert.equal(await text(page, '.answer .badge'), 'Nothing known');
      await page.type('.notes-field', 'Seen on Monday.');
      const technical = await page.$eval('.technical', (details) => details.textContent ?? '');
      assert.ok(technical.includes('c0de'.repeat(16)), 'with the digest of the file around it');
      await page.click('.back');
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Garden Calendar');
    });

    it('is checked again as one file, and keeps what was written', async () => {
      const page = await suite.open();
      await choose(page, [await suite.files.add('outer.zip', archive())]);
      await results(page, 4);
      await page.$$eval('.results button.link', (links) => links.at(-1)?.click());
      await answered(page);
      await page.type('.notes-field', 'Seen on Monday.');
      await showLists(page);
      await bring(page, [await suite.files.add('list.txt', { told: { used: 1 } })], 1);
      await page.click('[data-section=check]');
      await page.click('.check-again button');
      await page.waitForFunction(
        () => document.querySelector('check-again:is([hidden])') && document.querySelector('app-report .sentence'),
      );
      assert.equal(await text(page, '.notes-field'), 'Seen on Monday.');
      assert.match(await text(page, '.answer'), /outer\.zip!\/calendar\.apk/);
      await page.click('.back');
      await results(page, 4);
    });

    it('prints and saves a group, each app with its own name', async () => {
      const page = await suite.open({
        prepare: (fresh) => fresh.evaluateOnNewDocument(() => (window.print = () => {})),
      });
      await choose(page, [
        await suite.files.add('alone.apk', { report: known('watchware') }),
        await suite.files.add('outer.zip', archive()),
      ]);
      await results(page, 5);
      await page.click('.group-head button');
      const sheets = await page.$$eval('print-sheet .sheet', (all) => all.map(({ textContent }) => textContent ?? ''));
      assert.equal(sheets.length, 4, 'the group, and nothing else');
      for (const name of ['calendar.apk', 'apps/spy.apk', 'stalkerware.apk', 'letter.apk']) {
        assert.ok(
          sheets.some((sheet) => sheet.includes(`outer.zip!/${name}`) && sheet.includes('c0de'.repeat(16))),
          name,
        );
      }
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      await page.click('[data-tool=json]');
      const reports = JSON.parse((await saved(suite.files.path, /^report-.*\.json$/)).content);
      assert.equal(reports.length, 5);
      await page.click('[data-tool=csv]');
      const rows = (await saved(suite.files.path, /^report-.*\.csv$/)).content.trimEnd().split('\r\n');
      assert.equal(rows.length, 6);
      assert.ok(
        rows.some((row) => row.startsWith('outer.zip!/apps/spy.apk,')),
        rows.join('\n'),
      );
    });

    it('shows one app of an archive as a result without a group', async () => {
      const page = await suite.open();
      await choose(page, [await suite.files.add('outer.zip', { reports: inside('outer.zip', [plain()]) })]);
      await answered(page);
      assert.match(await text(page, '.answer'), /outer\.zip!\/calendar\.apk/);
      await choose(page, [await suite.files.add('other.apk', { report: plain() })]);
      await results(page, 2);
      assert.equal(await page.$('.group-head'), null);
      assert.ok((await texts(page, '.app-cell .quiet')).includes('outer.zip!/calendar.apk'));
    });

    it('says of an app inside an app that it is one', async () => {
      const page = await suite.open();
      await choose(page, [await suite.files.add('shell.apk', { report: carrier() })]);
      await answered(page);
      assert.match(await text(page, '.evidence'), /An app inside it \(assets\/fonts\/menu\.ttf\): It shows no icon/);
      assert.match(await text(page, '.inside h4'), /^What an app inside it can do: .*assets\/fonts\/menu\.ttf/);
      assert.equal(await text(page, '.answer .app-name'), 'Garden Calendar', 'its face stays its own');
      await assertAccessible(page, 'an app inside an app');
      await screenshot(page, `carrier-${suite.name}`);
      await page.select('#language', 'de');
      assert.match(await text(page, '.evidence'), /Eine App darin \(assets\/fonts\/menu\.ttf\): Sie zeigt kein Symbol/);
    });

    for (const [tag, width] of /** @type {[string, number][]} */ ([
      ['en', 360],
      ['ar', 1200],
      ['ar', 360],
      ['de', 360],
    ])) {
      it(`fits in ${tag} at ${width} pixels`, async () => {
        const page = await suite.open({ width });
        await page.select('#language', tag);
        const long = archive();
        const [first] = long.reports;
        if (first) first.file.name = `outer.zip!/${'a-very-long-folder-name/'.repeat(5)}calendar.apk`;
        await choose(page, [
          await suite.files.add('outer.zip', long),
          await suite.files.add('shell.apk', { report: carrier() }),
        ]);
        await results(page, 5);
        await assertNoOverflow(page, 'group');
        await assertAccessible(page, `group, ${tag} ${width}`);
        await screenshot(page, `group-${tag}-${width}-${suite.name}`);
        await page.$$eval('.results tbody:not(:has(.group-head)) button.link', (links) => links.at(-1)?.click());
        await answered(page);
        await assertNoOverflow(page, 'carrier');
        await screenshot(page, `carrier-${tag}-${width}-${suite.name}`);
      });
    }
  },
  (_name, files) => ({ downloads: files.path }),
);
