/** To take along: JSON, CSV, text, the printed report. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { saved } from './downloads.mjs';
import { answered, choose, SCREENSHOTS, screenshot } from './harness.mjs';
import { everyLevel, hostile, known } from './reports.mjs';
import { inEveryBrowser } from './suite.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

inEveryBrowser(
  'take along',
  (suite) => {
    it('saves the report of the core, byte for byte, under a name that tells nothing', async () => {
      const page = await suite.open();
      const report = known('stalkerware');
      await choose(page, [await suite.files.add('stalkerware.apk', { report })]);
      await answered(page);
      await page.click('[data-tool=json]');
      const { name, content } = await saved(suite.files.path, /^report-.*\.json$/);
      assert.match(name, /^report-\d{4}-\d\d-\d\d-ab12ab12\.json$/);
      assert.equal(content, `[\n${JSON.stringify(report)}\n]\n`);
    });

    if (suite.name === 'chrome') {
      // Only Chromium's protocol can choose a folder.
      it('saves the path of a file in a folder, which tells files of one name apart', async () => {
        const page = await suite.open();
        const report = known('stalkerware');
        report.file.sha256 = '7f'.repeat(32);
        await suite.files.add('pulled/com.example/base.apk', { report });
        await choose(page, [`${suite.files.path}/pulled`], 'folder');
        await answered(page);
        await page.click('[data-tool=json]');
        const { content } = await saved(suite.files.path, /^report-.*-7f7f7f7f\.json$/);
        assert.equal(JSON.parse(content)[0].file.path, 'pulled/com.example/base.apk');
      });
    }

    it('saves a table in which no name becomes a formula', async () => {
      const page = await suite.open();
      const report = hostile();
      Object.assign(report.package ?? {}, { label: '=HYPERLINK("http://elsewhere.example")', name: '@name' });
      await choose(page, [
        await suite.files.add('table.apk', { report }),
        await suite.files.add('other.apk', { report: everyLevel()['nothing-known'] }),
      ]);
      await page.waitForFunction(() => document.querySelectorAll('.results .badge').length === 2);
      await page.click('[data-tool=csv]');
      const { name, content } = await saved(suite.files.path, /^report-.*\.csv$/);
      assert.match(name, /^report-\d{4}-\d\d-\d\d-2\.csv$/);
      const [head, ...rows] = content.trimEnd().split('\r\n');
      assert.equal(
        head,
        '\ufeffpath,sha256,size,verdict,package,version_code,version_name,label,signing,certificate_sha256,families,reasons,tool_version,database_version,checked_at',
      );
      assert.equal(rows.length, 2);
      assert.ok(
        content.includes(`,'@name,42,"`) && content.includes(`,"'=HYPERLINK(""http://elsewhere.example"")",`),
        content,
      );
    });

    it('copies a text with the answer, the identifiers and the notes', async () => {
      const page = await suite.open({ prepare: holdClipboard });
      await choose(page, [await suite.files.add('copied.apk', { report: known('watchware') })]);
      await answered(page);
      await page.type('.notes-field', 'Seen on Monday.');
      await page.click('[data-tool=text]');
      await page.waitForFunction(() => document.querySelector('[data-tool=text]')?.textContent === 'Copied');
      const copied = await page.evaluate(() => /** @type {any} */ (window).copied);
      assert.match(copied, /^System Update Service\n\nThis app matches Testfamily, a known monitoring app\./);
      for (const part of [
        '- It can read text messages.',
        `- SHA-256: ${'ab12'.repeat(16)}`,
        `- Certificate, SHA-256: ${'99aa'.repeat(16)}`,
        '- Seen on Monday.',
        'database 2026.06.21',
        '- Checked on ',
        'mean?\n- An app is signed with a private key',
      ]) {
        assert.ok(copied.includes(part), part);
      }
    });

    it('prints one app a page, unfolded, with what a chain of custody needs', async () => {
      const page = await suite.open({
        prepare: (fresh) => fresh.evaluateOnNewDocument(() => (window.print = () => {})),
      });
      await choose(page, [
        await suite.files.add('first.apk', { report: known('stalkerware') }),
        await suite.files.add('second.apk', { report: everyLevel()['nothing-known'] }),
      ]);
      await page.waitForFunction(() => document.querySelectorAll('.results .badge').length === 2);
      await page.click('.results button.link');
      await answered(page);
      await page.type('.notes-field', 'Seen on Monday.');
      await page.click('.back');
      await page.click('[data-tool=print]');
      const paper = await page.$eval('print-sheet', (sheet) => sheet.textContent ?? '');
      for (const part of [
        'first.apk',
        'second.apk',
        'ab12'.repeat(16),
        'cd34'.repeat(10),
        'ef56'.repeat(8),
        '99aa'.repeat(16),
        'Seen on Monday.',
        'apklens 0.1.0, database 2026.06.21',
        'android.permission.READ_CALENDAR',
        'do not remove the app yet',
        'a key can be sold, shared or stolen',
        'valid for decades',
      ]) {
        assert.ok(paper.includes(part), part);
      }
      assert.equal(await page.$('print-sheet details:not([open])'), null);
      if (suite.name === 'chrome') {
        await page.emulateMediaType('print');
        await page.setViewport({ width: 700, height: 1000 });
        await screenshot(page, 'print-chrome');
        await page.emulateMediaType();
      }
      const pdf = Buffer.from(await page.pdf({ path: join(SCREENSHOTS, `print-${suite.name}.pdf`), format: 'A4' }));
      const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      // Firefox packs its page tree.
      if (suite.name === 'chrome') assert.ok(pages >= 2, `${pages} pages`);
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      assert.equal(await page.$('print-sheet'), null, 'gone when it is printed');
    });

    it("prints the shown app's sheet by the browser's own command, too", async () => {
      const page = await suite.open();
      await choose(page, [await suite.files.add('shown.apk', { report: known('stalkerware') })]);
      await answered(page);
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      assert.match(await page.$eval('print-sheet', (sheet) => sheet.textContent ?? ''), /shown\.apk/);
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      assert.equal(await page.$('print-sheet'), null);
    });
  },
  (_name, files) => ({ downloads: files.path }),
);

/** @param {Page} page */
function holdClipboard(page) {
  return page.evaluateOnNewDocument(() => {
    Object.defineProperty(navigator.clipboard, 'writeText', {
      value: async (/** @type {string} */ text) => Object.assign(window, { copied: text }),
    });
  });
}
