/** The page as built, over the core itself: real files in, the answer read off the page. */

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { serve } from '../../tools/serve.mjs';
import { assertAccessible } from './axe.mjs';
import { saved } from './downloads.mjs';
import { answered, BROWSERS, BUILT, choose, Folder, launch, open, ROOT, screenshot, text, texts } from './harness.mjs';
import { zip } from './zip.mjs';

/** @typedef {import('../../www/app/types/report.js').Level} Level */

const FIXTURES = join(ROOT, 'target/fixtures');
const PROGRAM = process.env.APKLENS ?? join(ROOT, 'target/release/apklens');

/** The three real apps that package.json pins. */
const REAL = [
  'io.appium.settings/apks/settings_apk-debug.apk',
  'android-apidemos/apks/ApiDemos-debug.apk',
  'appium-uiautomator2-server/apks/appium-uiautomator2-server-v10.6.6.apk',
].map((path) => join(ROOT, 'node_modules', path));

/** @type {Record<string, Level>} */
const EXPECTED = {
  'stalker.apk': 'known-stalkerware',
  'renamed.apk': 'known-stalkerware',
  'watchware.apk': 'known-watchware',
  'dual-use.apk': 'known-dual-use',
  'hidden.apk': 'worrying-capabilities',
  'harmless.apk': 'nothing-known',
  'unsigned.apk': 'nothing-known',
  'hostile-strings.apk': 'nothing-known',
  'empty.apk': 'could-not-check',
  'not-a-zip.apk': 'could-not-check',
  'truncated.apk': 'could-not-check',
  'broken-manifest.apk': 'could-not-check',
  'encrypted.apk': 'could-not-check',
  'no-manifest.zip': 'could-not-check',
};

for (const name of BROWSERS) {
  describe(`the built page (${name})`, () => {
    /** @type {Awaited<ReturnType<typeof serve>>} */
    let server;
    /** @type {Folder} */
    let downloads;
    /** @type {Folder} */
    let built;
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    before(async () => {
      // The fixtures' test family is made up: its facts are not in the database that is shipped.
      built = await Folder.create();
      const database = join(built.path, 'signatures.bin');
      execFileSync(PROGRAM, ['signatures', 'build', join(ROOT, 'tests/fixtures/signatures'), '--output', database]);
      server = await serve(BUILT, 0, { '/signatures.bin': database });
      downloads = await Folder.create();
      browser = await launch(name, { downloads: downloads.path });
    });
    after(async () => {
      await browser.close();
      await downloads.remove();
      await built.remove();
      await server.close();
    });

    for (const [fixture, level] of Object.entries(EXPECTED)) {
      it(`says ${level} of ${fixture}`, async () => {
        const page = await open(browser, server.url);
        await choose(page, [join(FIXTURES, fixture)]);
        await answered(page);
        assert.match(await page.$eval('.answer', (answer) => answer.className), new RegExp(`level-${level}$`));
        if (level === 'could-not-check') {
          const reasons = await texts(page, 'app-report .notes li');
          assert.ok(
            reasons.some((reason) => reason.length > 20),
            'a sentence says why',
          );
        }
        if (level.startsWith('known'))
          assert.doesNotMatch(await text(page, '.sentence'), /This app matches known/, 'it is named');
        await assertAccessible(page, fixture);
        await screenshot(page, `built-${basename(fixture, '.apk')}-${name}`);
        await page.close();
      });
    }

    it('takes everything at once, and a bad file harms no other', async () => {
      const page = await open(browser, server.url);
      await choose(
        page,
        Object.keys(EXPECTED).map((fixture) => join(FIXTURES, fixture)),
      );
      const wanted = Object.keys(EXPECTED).length;
      await page.waitForFunction((count) => document.querySelectorAll('.results .badge').length === count, {}, wanted);
      const shown = await page.$$eval('.results .badge', (badges) =>
        badges.map(({ className }) => className.replace('badge level-', '')),
      );
      assert.deepEqual(shown.toSorted(), Object.values(EXPECTED).toSorted());
      await screenshot(page, `built-list-${name}`);
      await page.close();
    });

    it('shows each app in an archive by itself', async () => {
      const page = await open(browser, server.url);
      const read = (/** @type {string} */ fixture) => readFile(join(FIXTURES, fixture));
      const inner = zip([['stalker.apk', await read('stalker.apk')]]);
      const path = join(downloads.path, 'outer.zip');
      await writeFile(
        path,
        zip([
          ['harmless.apk', await read('harmless.apk')],
          ['inner.zip', inner],
          ['letter.apk', Buffer.from('Dear Sir')],
        ]),
      );
      await choose(page, [path]);
      await page.waitForFunction(() => document.querySelectorAll('.results .badge').length === 3);
      assert.deepEqual(await texts(page, '.results .badge'), [
        'Known stalkerware',
        'Could not be checked',
        'Nothing known',
      ]);
      assert.deepEqual(await texts(page, '.results .app-name'), ['System Update', 'letter.apk', 'Notebook']);
      assert.deepEqual(await texts(page, '.app-cell .quiet'), ['inner.zip!/stalker.apk', 'harmless.apk']);
      await assertAccessible(page, 'an archive of apps');
      await screenshot(page, `built-archive-${name}`);
      await page.close();
      await downloads.empty();
    });

    it('gives the very report of the command line for the real apps', async (test) => {
      // Over the database that is shipped, as the command line.
      const shipped = await serve(BUILT, 0);
      // Also when the test fails: an open server would keep the run from ending.
      test.after(() => shipped.close());
      for (const path of REAL) {
        assert.ok(existsSync(path), `${path} is missing: npm ci --ignore-scripts`);
        const page = await open(browser, shipped.url);
        // The command line finds a v4 signature beside the file by itself; here it is chosen with it.
        await choose(
          page,
          [path, `${path}.idsig`].filter((one) => existsSync(one)),
        );
        await answered(page);
        await page.click('[data-tool=json]');
        const report = JSON.parse(await native(path));
        // The page does not learn the file's folder.
        delete report.file.path;
        assert.equal((await saved(downloads.path, /\.json$/)).content, `[\n${JSON.stringify(report)}\n]\n`);
        await screenshot(page, `built-${basename(path, '.apk')}-${name}`);
        await page.close();
        await downloads.empty();
      }
    });

    it('works as one file, over the core itself', async () => {
      const page = await browser.newPage();
      await page.goto(pathToFileURL(join(BUILT, 'apklens.html')).href);
      await page.waitForSelector('file-intake .primary');
      await choose(page, [join(FIXTURES, 'harmless.apk')]);
      await answered(page);
      assert.match(await page.$eval('.answer', (answer) => answer.className), /level-nothing-known$/);
      await page.close();
    });
  });
}

/**
 * @param {string} path
 * @returns {Promise<string>} The report, as `apklens scan --format ndjson` prints it, without the line's end.
 */
function native(path) {
  return new Promise((resolve) => {
    // The exit status tells of finds and of files that could not be checked; the report is there all the same.
    execFile(PROGRAM, ['scan', '--format', 'ndjson', path], { maxBuffer: 1 << 28 }, (_, output) =>
      resolve(output.trimEnd()),
    );
  });
}
