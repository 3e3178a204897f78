/** Everybody can use it: by keyboard alone, on a narrow screen, enlarged, in the dark, in high contrast, calm. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertAccessible } from './axe.mjs';
import { answered, choose, screenshot, text } from './harness.mjs';
import { assertNoOverflow } from './layout.mjs';
import { everyLevel, known } from './reports.mjs';
import { inEveryBrowser } from './suite.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

/** WCAG 2.2's 1.4.10: 320 CSS pixels, which is also 1280 at 400 %; half of a common width is 200 %. */
const WIDTHS = { phone: 320, enlarged: 640 };

inEveryBrowser('access', (suite) => {
  it('is usable by keyboard alone, in the order of reading', async () => {
    const page = await suite.open();
    await choose(page, [await suite.files.add('known.apk', { report: known('stalkerware') })]);
    await answered(page);
    await page.evaluate(() => {
      /** @type {HTMLElement} */ (document.activeElement)?.blur();
      scrollTo(0, 0);
    });
    await page.focus('.skip');
    const order = [await focused(page)];
    while (order.length < 60 && order.at(-1) !== 'Technical details') {
      await page.keyboard.press('Tab');
      order.push(await focused(page));
    }
    assert.deepEqual(order, [
      'Skip to the content',
      'Language',
      'Leave this page (or press Escape twice)',
      'Check an app',
      'Get the app from the phone',
      'Find help',
      'Practice',
      'About',
      'Lists and rules',
      'Choose files',
      'Choose a folder',
      'Clear everything',
      'Print',
      'Copy as text',
      'Save as JSON',
      'Save as table (CSV)',
      'More formats',
      'What does “signed by the same maker” mean?',
      '3 matches with the lists, in full',
      'One more, common in ordinary apps',
      'Your notes',
      'Technical details',
    ]);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.technical[open]');
  });

  it('skips to the content without making history', async () => {
    const page = await suite.open();
    const before = await page.evaluate(() => history.length);
    await page.focus('.skip');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
    assert.equal(await page.evaluate(() => history.length), before);
    assert.equal(page.url(), suite.url);
  });

  it('shows where the focus is', async () => {
    const page = await suite.open();
    for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press('Tab');
    const outline = await page.evaluate(
      () => getComputedStyle(/** @type {Element} */ (document.activeElement)).outlineWidth,
    );
    assert.equal(outline, '3px');
  });

  for (const [name, width] of Object.entries(WIDTHS)) {
    it(`fits a width of ${width} pixels`, async () => {
      const page = await suite.open({ width, height: 700 });
      await assertNoOverflow(page, 'start');
      await screenshot(page, `start-${name}-${suite.name}`);
      const report = known('stalkerware');
      Object.assign(report.package ?? {}, {
        label: 'Averylongnamewithoutanyspaceinit'.repeat(4),
        name: `com.${'long'.repeat(30)}.app`,
      });
      await choose(page, [await suite.files.add('long.apk', { report })]);
      await answered(page);
      await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)));
      await assertNoOverflow(page, 'report');
      await assertAccessible(page, `${width} pixels`);
      await page.$$eval('details', (all) => all.forEach((details) => (details.open = false)));
      await screenshot(page, `report-${name}-${suite.name}`);
      await choose(page, [await suite.files.add('another.apk', { report: everyLevel()['nothing-known'] })]);
      await page.waitForFunction(() => document.querySelectorAll('.results .badge').length === 2);
      await assertNoOverflow(page, 'list');
      await screenshot(page, `list-${name}-${suite.name}`);
      for (const section of ['guide', 'help', 'practice', 'about', 'lists']) {
        await page.click(`[data-section=${section}]`);
        await assertNoOverflow(page, section);
      }
    });
  }

  it('has other sections that hold the rules, too', async () => {
    const page = await suite.open();
    for (const section of await page.$$eval('[data-section]', (buttons) =>
      buttons.map((button) => button.getAttribute('data-section')),
    )) {
      await page.click(`[data-section=${section}]`);
      assert.notEqual(await text(page, 'main section:not([hidden]) h1'), '');
      await assertAccessible(page, `section ${section}`);
      await screenshot(page, `section-${section}-${suite.name}`);
    }
  });

  if (suite.name === 'chrome') {
    // Only Chromium's protocol can ask for these.
    it('keeps its contrast in the dark', async () => {
      const page = await suite.open();
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
      await assertAccessible(page, 'start, dark');
      await screenshot(page, 'start-dark');
      for (const [level, report] of Object.entries(everyLevel())) {
        await choose(page, [await suite.files.add(`${level}.apk`, { report })]);
        await answered(page);
        await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)));
        await assertAccessible(page, `${level}, dark`);
        await screenshot(page, `${level}-dark`);
        await page.click('.clear');
      }
    });

    it('keeps to the colours of a high-contrast theme', async () => {
      const page = await suite.open();
      const session = await page.createCDPSession();
      await session.send('Emulation.setEmulatedMedia', {
        features: [
          { name: 'forced-colors', value: 'active' },
          { name: 'prefers-contrast', value: 'more' },
        ],
      });
      await choose(page, [await suite.files.add('contrast.apk', { report: known('stalkerware') })]);
      await answered(page);
      assert.equal(await page.evaluate(() => matchMedia('(forced-colors: active)').matches), true);
      await screenshot(page, 'forced-colors');
    });

    it('holds still where motion is unwanted', async () => {
      const page = await suite.open();
      await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
      const moving = await page.$$eval('*', (all) =>
        all
          .filter(
            (element) =>
              getComputedStyle(element).transitionDuration !== '0s' ||
              getComputedStyle(element).animationName !== 'none',
          )
          .map(({ tagName }) => tagName),
      );
      assert.deepEqual(moving, []);
    });
  }
});

/** What has the focus, by its name. @param {Page} page */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    const label = element?.getAttribute('aria-labelledby');
    const chosen = element instanceof HTMLSelectElement ? element.labels[0] : element;
    const named = label ? document.getElementById(label) : chosen;
    return element === document.body ? 'BODY' : (named?.textContent ?? '').trim();
  });
}
