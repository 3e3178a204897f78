/** Lists and rules: those that come with the page, those that the visitor brings, and what results say of them. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertAccessible } from './axe.mjs';
import { answered, bring, choose, hurry, screenshot, showLists, text, texts } from './harness.mjs';
import { plain } from './reports.mjs';
import { inEveryBrowser } from './suite.mjs';

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {import('./harness.mjs').Folder} Folder */

const KEY = '0badc0de'.repeat(8);

inEveryBrowser('lists', (suite) => {
  it('shows what comes with the page: version, date, age, counts, credits', async () => {
    const page = await showLists(await suite.open({ prepare: at('2026-11-24') }));
    const told = await text(page, 'lists-view > section');
    for (const part of [
      '2026.06.21',
      'June 21, 2026 (5 months ago)',
      'App families: stalkerware',
      '80',
      '1,950',
      'CC-BY-4.0',
      'https://lists.example/stalkerware-indicators',
    ]) {
      assert.ok(told.includes(part), `${part}: ${told}`);
    }
    assert.ok(!told.includes('The lists are old'), told);
    await assertAccessible(page, 'lists');
    await screenshot(page, `lists-${suite.name}`);
  });

  it('warns of old lists, there and with every result, on paper and in the text', async () => {
    const page = await suite.open({
      prepare: async (fresh) => {
        await at('2027-02-01')(fresh);
        await holdClipboard(fresh);
      },
    });
    await choose(page, [await suite.files.add('old.apk', { report: plain() })]);
    await answered(page);
    const warning =
      /Compared with the lists as of June 21, 2026 \(7 months ago\)\.[\s\S]*The lists are old: apps that were made or renamed since are not in them\./;
    assert.match(await text(page, 'app-report'), warning);
    await page.click('[data-tool=text]');
    await page.waitForFunction(() => 'copied' in window);
    assert.match(await page.evaluate(() => /** @type {any} */ (window).copied), warning);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    assert.match(await page.$eval('print-sheet', (sheet) => sheet.textContent ?? ''), warning);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    await screenshot(page, `old-lists-${suite.name}`);
    await showLists(page);
    assert.match(await text(page, 'lists-view > section'), /The lists are old/);
  });

  it('takes lists and rules, says what is used and names what is not', async () => {
    const page = await showLists(await suite.open());
    await bring(page, await everyState(suite.files), 7);
    assert.equal(await text(page, 'lists-view [role=status]'), 'Files in use: 4 of 7');
    const entries = await texts(page, 'list-entry');
    assert.match(
      entries[0] ?? '',
      /MISP event · Entries used: 12[\s\S]*App families: monitoring app[\s\S]*Entries not used: 1,200/,
    );
    assert.match(entries[1] ?? '', /does not say what kind of app some of its entries stand for \(3\)/);
    assert.match(
      entries[2] ?? '',
      new RegExp(`does not know the publisher[\\s\\S]*Publisher’s key: ${KEY}[\\s\\S]*This list is old`),
    );
    assert.match(entries[3] ?? '', /YARA rules in use: 2/);
    assert.match(entries[4] ?? '', /The signature of this pack does not hold[\s\S]*It is not used\.$/);
    assert.match(entries[5] ?? '', /None of them is used\.[\s\S]*Line 2, column 1: syntax error/);
    assert.match(entries[6] ?? '', /This file could not be used\.[\s\S]*what nobody foresaw/);
    await page.$$eval('details.skipped', (all) => all.forEach((details) => (details.open = true)));
    const skipped = await texts(page, '.skipped');
    assert.match(
      skipped[0] ?? '',
      /line 7: nonsense – it is no package name[\s\S]*More that are not shown here: 1,199/,
    );
    await assertAccessible(page, 'own lists');
    await screenshot(page, `own-lists-${suite.name}`);
  });

  it('names the rules that are left out, and takes files that include one another in any order', async () => {
    const page = await showLists(await suite.open());
    const { files } = suite;
    const rules = await Promise.all([
      files.add('index.yar', '< base.yar\nrule index {}\n'),
      files.add('base.yar', 'rule base {}\n? by_package androguard\n'),
    ]);
    await bring(page, rules, 2);
    assert.equal(await text(page, 'lists-view [role=status]'), 'Files in use: 2 of 2');
    const [index, base] = await texts(page, 'list-entry');
    assert.doesNotMatch(index ?? '', /left out/);
    assert.match(base ?? '', /YARA rules in use: 1[\s\S]*Rules left out[\s\S]*by_package \(androguard\)/);
    // Without the file, what includes it cannot be used.
    await page.$$eval('list-entry', (all) =>
      /** @type {HTMLElement | null} */ (all[1]?.querySelector('button'))?.click(),
    );
    await page.waitForFunction(() => document.querySelectorAll('list-entry[data-state=refused]').length === 1);
    assert.match((await texts(page, 'list-entry'))[0] ?? '', /is not among the files/);
  });

  it('tells what is to be known of a list, and refuses what is none with the reason', async () => {
    const page = await showLists(await suite.open());
    const named = [{ place: 'indicator--1', value: 't.me/spy', reason: 'pages of a messenger' }];
    await bring(
      page,
      await Promise.all([
        suite.files.add('urls.stix2', {
          told: { format: 'stix', used: 2, remarks: [{ remark: 'url-as-a-whole', count: 2, named }] },
        }),
        suite.files.add('context.json', { told: { format: 'misp', used: 0, skipped: 1, named } }),
        suite.files.add('page.txt', { refused: { code: 'web-page', message: 'this is a web page' } }),
        suite.files.add('words.txt', {
          refused: { code: 'nothing', message: 'there is nothing in this file (line 1: “404”)' },
        }),
      ]),
      4,
    );
    await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)));
    const entries = await texts(page, 'list-entry');
    assert.match(
      entries[0] ?? '',
      /looked for as a whole, with their paths: 2[\s\S]*indicator--1: t\.me\/spy – pages of a messenger[\s\S]*More that are not shown here: 1/,
    );
    assert.match(entries[1] ?? '', /Nothing in this list is to be looked for now\./);
    assert.match(entries[2] ?? '', /This is a web page, not a list\.[\s\S]*own file\.$/);
    assert.match(entries[3] ?? '', /There is nothing in this file that could be used\.[\s\S]*line 1: “404”/);
    await assertAccessible(page, 'remarks on lists');
  });

  it('compares files with them, says so, and offers to check again after a change', async () => {
    const page = await suite.open();
    const file = await suite.files.add('compared.apk', { report: plain() });
    await choose(page, [file]);
    await answered(page);
    assert.doesNotMatch(await text(page, 'app-report'), /Your own lists/);
    assert.equal(await page.$eval('check-again', (notice) => /** @type {HTMLElement} */ (notice).hidden), true);
    await showLists(page);
    await bring(
      page,
      [await suite.files.add('own.txt', { told: {} }), await suite.files.add('own.yar', 'rule a {}')],
      2,
    );
    await page.click('[data-section=check]');
    assert.match(await text(page, 'check-again'), /^This was checked before your lists and rules changed\./);
    await assertAccessible(page, 'checked with other lists');
    await screenshot(page, `check-again-${suite.name}`);
    await page.click('check-again button');
    await page.waitForFunction(() =>
      /Your own lists and rules were part of it: own\.txt and own\.yar\./.test(
        document.querySelector('app-report')?.textContent ?? '',
      ),
    );
    assert.equal(await page.$eval('check-again', (notice) => /** @type {HTMLElement} */ (notice).hidden), true);
    await showLists(page);
    await page.click('list-entry button');
    assert.equal(await text(page, 'lists-view [role=status]'), 'own.txt has been removed.');
    await page.click('[data-section=check]');
    assert.match(await text(page, 'check-again'), /^This was checked before/);
    await page.click('.clear');
    await showLists(page);
    assert.equal(await page.$('list-entry'), null, '“Clear everything” clears them, too');
  });

  it('lets the visitor say what kind of app a list is about', async () => {
    const page = await showLists(await suite.open());
    await bring(page, [await suite.files.add('classless.txt', { told: { class_assumed: 1 } })], 1);
    assert.match(await text(page, 'list-entry'), /App families: stalkerware/);
    await page.select('list-entry select', 'dual-use');
    await page.waitForFunction(() =>
      /App families: ordinary app/.test(document.querySelector('list-entry')?.textContent ?? ''),
    );
    assert.equal(await page.$eval('list-entry select', (select) => select.value), 'dual-use');
  });

  it('takes a list that is dropped while the section is shown, and no app then', async () => {
    const page = await showLists(await suite.open());
    await page.evaluate(
      (content) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([content], 'dropped.txt'));
        document
          .querySelector('footer')
          ?.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }));
      },
      JSON.stringify({ told: {} }),
    );
    await page.waitForSelector('list-entry[data-state=used]');
    assert.equal(
      await page.$eval('section:has(> check-view)', (section) => /** @type {HTMLElement} */ (section).hidden),
      true,
    );
  });

  it('ends the reading of a list that comes to a standstill', async () => {
    const page = await showLists(await suite.open({ prepare: hurry }));
    await bring(
      page,
      [await suite.files.add('hangs.txt', { hang: true }), await suite.files.add('good.txt', { told: {} })],
      2,
    );
    assert.match((await texts(page, 'list-entry'))[0] ?? '', /came to a standstill and was stopped\. It is not used\./);
  });

  it('fits a narrow screen, the dark and a right-to-left language', async () => {
    const page = await showLists(await suite.open({ width: 320, height: 700 }));
    await bring(page, await everyState(suite.files), 7);
    await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)));
    await screenshot(page, `own-lists-phone-${suite.name}`);
    assert.deepEqual(
      await page.$$eval('body *', (all) =>
        all
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
          .map(({ tagName, className }) => `${tagName}.${className}`),
      ),
      [],
    );
    await screenshot(page, `own-lists-phone-${suite.name}`);
    await page.setViewport({ width: 1200, height: 900 });
    if (suite.name === 'chrome') {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
      await assertAccessible(page, 'own lists, dark');
      await screenshot(page, 'own-lists-dark');
      await page.emulateMediaFeatures([]);
    }
    await page.select('language-picker select', 'ar');
    assert.equal(await page.evaluate(() => document.dir), 'rtl');
    await assertAccessible(page, 'own lists, Arabic');
    await screenshot(page, `own-lists-arabic-${suite.name}`);
  });
});

/** A file for each state. @param {Folder} files */
function everyState(files) {
  const contents = { families: { watchware: 3 } };
  const named = [{ place: 'line 7', value: 'nonsense', reason: 'it is no package name' }];
  const pack = { version: '7', date: '2025-10-01', families: { stalkerware: 2, 'dual-use': 1 } };
  return Promise.all([
    files.add('event.json', { told: { format: 'misp', used: 12, skipped: 1200, named, contents } }),
    files.add('plain.txt', { told: { used: 3, class_assumed: 3 } }),
    files.add('signed.pack', { told: { format: 'pack', used: 40, publisher: KEY, contents: pack } }),
    files.add('good.yar', 'rule a {}\nrule b {}\n'),
    files.add('altered.pack', { refused: { code: 'signature-does-not-hold', message: 'this is what the core says' } }),
    files.add('bad.yara', 'rule a {}\n! here\n'),
    files.add('strange.csv', { refused: { code: 'Error', message: 'what nobody foresaw' } }),
  ]);
}

/** Sets the page's clock. @param {string} day */
function at(day) {
  return (/** @type {Page} */ page) =>
    page.evaluateOnNewDocument((now) => {
      Date.now = () => Date.parse(now);
    }, `${day}T12:00:00Z`);
}

/** @param {Page} page */
function holdClipboard(page) {
  return page.evaluateOnNewDocument(() => {
    Object.defineProperty(navigator.clipboard, 'writeText', {
      value: async (/** @type {string} */ copied) => Object.assign(window, { copied }),
    });
  });
}
