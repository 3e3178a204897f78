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

describe('organisations', () => {
  it('are facts with a source and a date', () => {
    const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    for (const { name, country, phone, website, source, date, languages = [] } of organisations) {
      assert.ok(country === 'INT' || countries.of(country), `${name}: ${country}`);
      assert.ok(phone || website, `${name} cannot be reached`);
      for (const address of [website, source]) if (address) assert.equal(new URL(address).protocol, 'https:', name);
      assert.match(date, /^\d{4}-\d\d-\d\d$/, name);
      assert.match(phone ?? '0', /^\+?[\d ()-]+$/, name);
      for (const tag of languages) assert.doesNotThrow(() => new Intl.Locale(tag), name);
    }
  });
});

inEveryBrowser('help', (suite) => {
  it('lists those of a country, and opens no link in this page', async () => {
    const page = await suite.open();
    await page.click('[data-section=help]');
    await page.waitForSelector('#help-country option[value=IT]');
    await page.select('#help-country', 'IT');
    assert.deepEqual(await texts(page, 'help-view h2'), organisations.filter(({ country }) => country === 'IT').map(({ name }) => name));
    const links = await page.$$eval('help-view a[href^=http]', (all) => all.map((link) => [link.getAttribute('target'), link.getAttribute('rel')]));
    assert.ok(links.length > 0);
    for (const link of links) assert.deepEqual(link, ['_blank', 'noopener noreferrer']);
    await assertAccessible(page, 'help');
    await screenshot(page, `help-${suite.name}`);
  });
});
