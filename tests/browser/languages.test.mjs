/** The languages in the page: chosen by the browser, switched by hand, from right to left. */

import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { serve } from '../../tools/serve.mjs';
import { assertAccessible } from './axe.mjs';
import { answered, BROWSERS, buildDouble, choose, Folder, launch, open, screenshot, text } from './harness.mjs';
import { assertNoOverflow } from './layout.mjs';
import { everyLevel, known } from './reports.mjs';

/**
 * Languages made up for the tests, so that they hold whatever the real ones say: English words, read from the left
 * and from the right, with two messages of their own.
 */
const MADE_UP = [
  { tag: 'eo', name: 'Esperanto', dir: 'ltr' },
  { tag: 'fa', name: 'فارسی', dir: 'rtl' },
];

/** A made-up one, and the real one: its words are longer or shorter than English ones, and joined. */
const RIGHT_TO_LEFT = ['fa', 'ar'];

for (const name of BROWSERS) {
  describe(`languages (${name})`, () => {
    /** @type {Folder} */
    let folder;
    /** @type {Folder} */
    let files;
    /** @type {Awaited<ReturnType<typeof serve>>} */
    let server;
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    before(async () => {
      folder = await buildDouble();
      files = await Folder.create();
      await addLanguages(folder.path);
      server = await serve(folder.path, 0);
      browser = await launch(name);
    });
    after(async () => {
      await browser.close();
      await server.close();
      await files.remove();
      await folder.remove();
    });

    it('follows the browser, and falls back on English', async () => {
      for (const [wanted, tag] of [
        [['xx', 'eo-AQ'], 'eo'],
        [['xx'], 'en'],
      ]) {
        const page = await open(browser, server.url, {
          prepare: (fresh) =>
            fresh.evaluateOnNewDocument(
              (list) => Object.defineProperty(navigator, 'languages', { value: list }),
              wanted,
            ),
        });
        assert.equal(await page.evaluate(() => document.documentElement.lang), tag);
        await page.close();
      }
    });

    it('is switched without losing the report, the notes or what was unfolded', async () => {
      const page = await open(browser, server.url);
      await choose(page, [await files.add('switched.apk', { report: known('stalkerware') })]);
      await answered(page);
      await page.type('.notes-field', 'Seen on Monday.');
      await page.click('.technical summary');
      await page.select('#language', 'eo');
      assert.equal(await page.evaluate(() => document.documentElement.lang), 'eo');
      assert.equal(await text(page, '.answer .badge'), 'Konata');
      assert.equal(await text(page, '.notes-field'), 'Seen on Monday.');
      assert.equal(await page.$eval('.technical', (details) => /** @type {HTMLDetailsElement} */ (details).open), true);
      const reasons = await page.$$eval('app-report .notes li', (items) =>
        items.map((item) => [item.querySelector('[lang]')?.getAttribute('lang') ?? null, item.textContent]),
      );
      assert.deepEqual(
        reasons[0],
        [null, 'Subskribita de Testfamily.'],
        'a translated sentence of the core, with its value',
      );
      assert.deepEqual(reasons[1]?.[0], 'en', 'one that has no translation says that it is English');
      await assertAccessible(page, 'another language');
      await page.close();
    });

    for (const tag of RIGHT_TO_LEFT) {
      for (const width of [320, 1200]) {
        it(`is mirrored for languages that are read from the right: ${tag}, ${width} pixels`, async () => {
          const page = await open(browser, server.url, { width });
          await page.select('#language', tag);
          assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
          assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), 'rtl');
          const { brand, exit } = await page.evaluate(() => ({
            brand: document.querySelector('.brand')?.getBoundingClientRect().right ?? 0,
            exit: document.querySelector('.exit')?.getBoundingClientRect().right ?? 0,
          }));
          assert.ok(brand >= exit, 'the brand is at the right');
          /** @param {string} state */
          const look = async (state) => {
            await assertNoOverflow(page, `${tag} ${state}`);
            await assertAccessible(page, `${tag} ${state}, ${width}`);
            await screenshot(page, `${tag}-${state}-${width}-${name}`);
          };
          await look('start');
          const reports = Object.values(everyLevel());
          await choose(
            page,
            await Promise.all(reports.map((report) => files.add(`rtl-${report.file.name}`, { report }))),
          );
          await page.waitForFunction(() => document.querySelectorAll('.results .badge').length === 6);
          await look('list');
          await page.click('.results button.link');
          await answered(page);
          await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)));
          await look('report');
          const directions = await page.$$eval('app-report code', (all) =>
            all.map((code) => getComputedStyle(code).direction),
          );
          assert.ok(directions.length > 5, `${directions.length} identifiers`);
          assert.deepEqual([...new Set(directions)], ['ltr'], 'identifiers keep their direction');
          const english = await page.$$eval('app-report bdi[lang=en]', (all) =>
            all.map((sentence) => getComputedStyle(sentence).direction),
          );
          assert.deepEqual([...new Set(english)], ['ltr'], 'so do sentences that have no translation');
          for (const section of await page.$$eval('[data-section]', (all) =>
            all.map((one) => one.getAttribute('data-section') ?? ''),
          )) {
            if (section === 'check') continue;
            await page.click(`[data-section=${section}]`);
            await look(section);
          }
          await page.close();
        });
      }
    }
    it('says who published something before it says when, from the right', async () => {
      const page = await open(browser, server.url);
      await page.select('#language', 'ar');
      await choose(page, [await files.add('published.apk', { report: known('stalkerware') })]);
      await answered(page);
      await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)));
      const places = await page.$$eval('app-report .quiet', (all) =>
        all.flatMap(({ firstChild }) => {
          const said = firstChild?.nodeValue ?? '';
          if (!firstChild || !said.includes('echap')) return [];
          return [
            ['echap', '2026'].map((word) => {
              const range = document.createRange();
              range.setStart(firstChild, said.indexOf(word));
              range.setEnd(firstChild, said.indexOf(word) + word.length);
              return range.getBoundingClientRect().left;
            }),
          ];
        }),
      );
      assert.ok(places.length > 1, `${places.length} places`);
      for (const [who = 0, when = 0] of places) assert.ok(who > when, `${who} is left of ${when}`);
      await page.close();
    });
  });
}

/** @param {string} root */
async function addLanguages(root) {
  const locales = join(root, 'locales');
  const index = JSON.parse(await readFile(join(locales, 'index.json'), 'utf8'));
  for (const language of MADE_UP) {
    await cp(join(locales, 'en'), join(locales, language.tag), { recursive: true });
    const report = join(locales, language.tag, 'report.json');
    const messages = JSON.parse(await readFile(report, 'utf8'));
    await writeFile(report, JSON.stringify({ ...messages, 'level.known-stalkerware.label': 'Konata' }));
    const core = { 'note.same-signer': 'Subskribita de {family}.' };
    await writeFile(join(locales, language.tag, 'core.json'), JSON.stringify(core));
  }
  await writeFile(
    join(locales, 'index.json'),
    JSON.stringify({ ...index, languages: [...index.languages, ...MADE_UP] }),
  );
}
