/** Organisations that help: the data, and how they are shown. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { assertAccessible } from './axe.mjs';
import { ROOT, screenshot, texts } from './harness.mjs';
import { inEveryBrowser } from './suite.mjs';

/** @type {{ organisations: import('../../www/app/elements/help-view.js').Organisation[] }} */
const { organisations } = JSON.parse(await readFile(join(ROOT, 'www/data/help.json'), 'utf8'));

/** Each property that an organisation may have, in the order of the file. */
const PROPERTIES = [
  'country',
  'name',
  'for',
  'kind',
  'phone',
  'always',
  'sms',
  'word',
  'whatsapp',
  'website',
  'languages',
  'source',
  'date',
];

describe('organisations', () => {
  it('are facts with a source and a date', () => {
    const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    const spoken = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
    for (const one of organisations) {
      const { name, country, phone, sms, whatsapp, website, source, date, languages = [] } = one;
      assert.deepEqual(
        Object.keys(one),
        PROPERTIES.filter((property) => Object.hasOwn(one, property)),
        name,
      );
      assert.ok(country === 'INT' || (/^[A-Z]{2}$/.test(country) && countries.of(country)), `${name}: ${country}`);
      assert.equal(name, name.trim());
      assert.ok(phone || website, `${name} cannot be reached`);
      for (const address of [website, source]) {
        if (address === undefined) continue;
        assert.equal(new URL(address).protocol, 'https:', name);
        assert.equal(
          address,
          new URL(address).href.replace(/\/$/, address.endsWith('/') ? '/' : ''),
          `${name}: as it is`,
        );
      }
      assert.match(date, /^\d{4}-\d\d-\d\d$/, name);
      assert.equal(new Date(date).toISOString().slice(0, 10), date, `${name}: a day of the calendar`);
      for (const number of [phone, sms, whatsapp]) assert.match(number ?? '000', /^\+?\d[\d ()-]*\d$/, name);
      for (const tag of languages)
        assert.ok(Intl.getCanonicalLocales(tag)[0] === tag && spoken.of(tag), `${name}: ${tag}`);
    }
  });

  it('stand there once, by country and name', () => {
    const names = new Intl.Collator('en');
    const sorted = organisations.toSorted((one, other) => {
      if (one.country !== other.country) return one.country < other.country ? -1 : 1;
      return names.compare(one.name, other.name);
    });
    assert.deepEqual(
      organisations.map(({ name }) => name),
      sorted.map(({ name }) => name),
    );
    for (const property of /** @type {const} */ (['name', 'phone', 'website'])) {
      const all = organisations
        .filter((one) => one[property])
        .map((one) => `${one.country} ${one[property]?.replaceAll(/[ ()-]/g, '')}`);
      assert.deepEqual(
        all.filter((one, place) => all.indexOf(one) !== place),
        [],
        property,
      );
    }
  });

  it('say what they are in words that the page knows', async () => {
    const messages = JSON.parse(await readFile(join(ROOT, 'www/locales/en/help.json'), 'utf8'));
    for (const { name, for: whom, kind, always, sms, word } of organisations) {
      for (const group of whom ?? []) assert.ok(messages[`help.for.${group}`], `${name}: ${group}`);
      for (const what of kind ?? []) assert.ok(messages[`help.kind.${what}`], `${name}: ${what}`);
      assert.ok(always === undefined || always === true, name);
      assert.ok(word === undefined || sms !== undefined, `${name}: a word without a number`);
      assert.ok(whom?.length !== 0 && kind?.length !== 0, `${name}: an empty list`);
    }
  });
});

inEveryBrowser('help', (suite) => {
  it('lists those of a country, and opens no link in this page', async () => {
    const page = await opened(suite);
    await page.select('#help-country', 'ES');
    assert.deepEqual(await shown(page), [...of('ES'), ...of('INT')]);
    assert.deepEqual(await texts(page, 'help-view h2'), ['Spain', 'International']);
    const links = await page.$$eval('help-view a[href^=http]', (all) =>
      all.map((link) => [link.getAttribute('target'), link.getAttribute('rel')]),
    );
    assert.ok(links.length > 0);
    for (const link of links) assert.deepEqual(link, ['_blank', 'noopener noreferrer']);
    await assertAccessible(page, 'help');
    await screenshot(page, `help-${suite.name}`);
  });

  it('shows those for every country, and guesses no country', async () => {
    const page = await opened(suite, {
      prepare: (fresh) =>
        fresh.evaluateOnNewDocument(() => Object.defineProperty(navigator, 'languages', { value: ['en-GB'] })),
    });
    assert.equal(await page.$eval('#help-country', (select) => /** @type {HTMLSelectElement} */ (select).value), '');
    assert.deepEqual(await shown(page), of('INT'));
  });

  it('offers each country once, and none that is empty', async () => {
    const page = await opened(suite);
    const offered = await page.$$eval('#help-country option', (options) =>
      options.map((option) => /** @type {HTMLOptionElement} */ (option).value),
    );
    const wanted = new Set(organisations.map(({ country }) => country).filter((country) => country !== 'INT'));
    assert.deepEqual(offered.filter(Boolean).toSorted(), [...wanted].toSorted());
    assert.equal(offered[0], '');
  });

  it('says how a line is reached, and whom it is for', async () => {
    const page = await opened(suite);
    await page.select('#help-country', 'US');
    const [hotline] = (await texts(page, 'help-view article')).filter((card) =>
      card.startsWith('National Domestic Violence Hotline'),
    );
    assert.match(hotline ?? '', /Day and night/);
    assert.match(hotline ?? '', /By text message: 88788 · Write START\./);
    assert.equal(await page.$eval('help-view a[href^="tel:"]', (link) => link.getAttribute('href')), 'tel:8007997233');
    assert.equal(await page.$eval('help-view a[href^="sms:"]', (link) => link.getAttribute('href')), 'sms:88788');
    await page.select('#help-country', 'LB');
    assert.match((await texts(page, 'help-view article'))[0] ?? '', /The police answer here/);
  });

  it('keeps the country when the language changes, and numbers in their direction', async () => {
    const page = await opened(suite);
    await page.select('#help-country', 'ES');
    await page.select('#language', 'ar');
    assert.deepEqual(await shown(page), [...of('ES'), ...of('INT')]);
    assert.deepEqual(await texts(page, 'help-view h2'), [
      new Intl.DisplayNames('ar', { type: 'region' }).of('ES'),
      'دولي',
    ]);
    const directions = await page.$$eval('help-view :is(a, p bdi)', (all) =>
      all.map((one) => getComputedStyle(one).direction),
    );
    assert.ok(directions.length > 3);
    assert.deepEqual([...new Set(directions)], ['ltr']);
    await assertAccessible(page, 'help in Arabic');
    await screenshot(page, `help-ar-${suite.name}`);
  });
});

/**
 * The section, with its list.
 *
 * @param {import('./suite.mjs').Suite} suite
 * @param {Parameters<typeof suite.open>[0]} [how]
 */
async function opened(suite, how) {
  const page = await suite.open(how);
  await page.click('[data-section=help]');
  await page.waitForSelector('#help-country option[value=IT]');
  return page;
}

/** @param {import('puppeteer-core').Page} page */
function shown(page) {
  return texts(page, 'help-view h3');
}

/** @param {string} wanted */
function of(wanted) {
  return organisations.filter(({ country }) => country === wanted).map(({ name }) => name);
}
