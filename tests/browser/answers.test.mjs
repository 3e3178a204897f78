/** The answer for each verdict: what is said, what is never said, and that everybody can read it. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertAccessible } from './axe.mjs';
import { answered, choose, screenshot, text, texts } from './harness.mjs';
import { everyLevel, hostile } from './reports.mjs';
import { inEveryBrowser } from './suite.mjs';

/** @type {Record<import('../../www/app/types/report.js').Level, { badge: string, sentence: RegExp, steps: RegExp }>} */
const EXPECTED = {
  'known-stalkerware': {
    badge: 'Known stalkerware',
    sentence: /matches Testfamily, which is known stalkerware/,
    steps: /^Take your time, and do not remove/,
  },
  'known-watchware': {
    badge: 'Known monitoring app',
    sentence: /matches Testfamily, a known monitoring app/,
    steps: /^Take your time, and do not remove/,
  },
  'known-dual-use': {
    badge: 'Ordinary app, can be misused',
    sentence: /ordinary purpose/,
    steps: /^Ask who installed it/,
  },
  'worrying-capabilities': { badge: 'Worrying abilities', sentence: /on no list/, steps: /^Ask who installed it/ },
  'nothing-known': {
    badge: 'Nothing known',
    sentence: /^Nothing known was found\. That does not rule it out\.$/,
    steps: /^Trust what you have noticed/,
  },
  'could-not-check': {
    badge: 'Could not be checked',
    sentence: /could not be checked/,
    steps: /^Try with a fresh copy/,
  },
};

inEveryBrowser('answers', (suite) => {
  for (const [level, report] of Object.entries(everyLevel())) {
    it(`says ${level}, with what it rests on and what to do`, async () => {
      const expected = EXPECTED[/** @type {keyof typeof EXPECTED} */ (level)];
      const page = await suite.open();
      await choose(page, [await suite.files.add(report.file.name, { report })]);
      await answered(page);

      assert.equal(await text(page, '.answer .badge'), expected.badge);
      assert.match(await text(page, '.answer .sentence'), expected.sentence);
      assert.match((await texts(page, '.steps li'))[0] ?? '', expected.steps);
      const told = await texts(page, 'app-report .notes li');
      for (const reason of report.verdict.reasons) {
        if (reason.code !== level)
          assert.ok(
            told.some((line) => line.startsWith(reason.text)),
            reason.text,
          );
      }
      assert.equal(
        await page.evaluate(() => document.activeElement?.className),
        'sentence',
        'the answer has the focus',
      );

      const everything = await page.evaluate(() => document.body.textContent ?? '');
      assert.doesNotMatch(everything, /\b(safe|clean|harmless)\b/i);
      if (report.verdict.level !== 'known-stalkerware') {
        assert.doesNotMatch(await text(page, '.answer'), /stalkerware(?!\.service|\.apk)/i);
      }
      await assertAccessible(page, level);
      await screenshot(page, `${level}-${suite.name}`);

      await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)));
      await assertAccessible(page, `${level}, unfolded`);
      await screenshot(page, `${level}-unfolded-${suite.name}`);
    });
  }

  it('says why nothing known rules nothing out', async () => {
    const page = await suite.open();
    const report = everyLevel()['nothing-known'];
    await choose(page, [await suite.files.add('calendar.apk', { report })]);
    await answered(page);
    const told = (await texts(page, 'app-report .notes li')).join('\n');
    assert.match(told, /New ones are missing/);
    assert.match(told, /rename/);
    assert.match(told, /without any app/);
  });

  it('names every family that the verdict names, in each language', async () => {
    const page = await suite.open();
    const report = everyLevel()['known-stalkerware'];
    report.verdict.families = ['One', 'Two'];
    await choose(page, [await suite.files.add('two.apk', { report })]);
    await answered(page);
    assert.match(await text(page, '.sentence'), /matches One or Two, which/);
    await page.select('#language', 'de');
    assert.match(await text(page, '.sentence'), /One oder Two/);
  });

  it('derives no family from the matches', async () => {
    const page = await suite.open();
    const report = everyLevel()['known-stalkerware'];
    report.verdict.families = [];
    await choose(page, [await suite.files.add('none.apk', { report })]);
    await answered(page);
    assert.doesNotMatch(await text(page, '.sentence'), /Testfamily/);
  });

  it('does not say that an app is on no list where it holds a mention of one', async () => {
    const page = await suite.open();
    const report = everyLevel()['nothing-known'];
    report.matches = everyLevel()['known-stalkerware'].matches.slice(0, 1);
    await choose(page, [await suite.files.add('mention.apk', { report })]);
    await answered(page);
    assert.match(await text(page, '.meaning'), /too common or too weak/);
    assert.doesNotMatch(await text(page, '.answer'), /none of the lists|Testfamily/);
  });

  it('says of a match outside the entries where it is, and of a rule what it says of itself', async () => {
    const page = await suite.open();
    const report = everyLevel()['nothing-known'];
    /** @type {import('../../www/app/types/report.js').Place} */
    const place = { offset: 4660, region: 'signing-block', of: '0x71777777' };
    const metadata = [
      { name: 'author', value: 'Somebody' },
      { name: 'hash', value: '00ff' },
    ];
    const sources = [{ name: 'own.yar', date: '' }];
    report.matches = [
      { family: 'Container', kind: 'yara', value: 'Container', place, strength: 'weak', metadata, sources },
    ];
    report.tool.skipped_rules = [{ file: 'own.yar', line: 3, rule: 'by_package', module: 'androguard' }];
    await choose(page, [await suite.files.add('rule.apk', { report })]);
    await answered(page);
    await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)));
    const matches = await text(page, '.matches');
    assert.match(matches, /Container · no kind of app stated/);
    assert.match(matches, /Place: signing block 0x71777777: 0x1234/);
    assert.match(matches, /The rule says of itself:\s*author: Somebody\s*hash: 00ff/);
    assert.match(await text(page, '.technical'), /YARA rules left out\s*own\.yar: by_package \(androguard\)/);
    await assertAccessible(page, 'a rule without a class');
  });

  it('tells which permissions Android adds, and why', async () => {
    const page = await suite.open();
    const report = everyLevel()['nothing-known'];
    report.permissions = [
      { name: 'p.ASKED' },
      { name: 'p.SPLIT', implied: { by: ['p.ASKED'], below: 29 } },
      { name: 'p.ALWAYS', implied: { by: ['p.ASKED', 'p.SPLIT'] } },
      { name: 'p.OLD', implied: { below: 33 } },
    ];
    await choose(page, [await suite.files.add('implied.apk', { report })]);
    await answered(page);
    await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)));
    assert.deepEqual(await texts(page, '[data-part=permissions] li'), [
      'p.ASKED',
      'p.SPLIT added by Android, as it comes with p.ASKED in apps made for a level below 29',
      'p.ALWAYS added by Android, as it comes with p.ASKED, p.SPLIT',
      'p.OLD added by Android to every app made for a level below 33',
    ]);
    await assertAccessible(page, 'implied permissions');
  });

  it('names the ways of watching in every language', async () => {
    const page = await suite.open();
    await choose(page, [await suite.files.add('worrying.apk', { report: everyLevel()['worrying-capabilities'] })]);
    await answered(page);
    for (const [tag, sentence] of [
      ['de', 'Telefon geschieht: Sie kann SMS lesen. Sie kann'],
      ['ar', 'على الهاتف: '],
      ['en', 'on the phone: It can read text messages. It can record'],
    ]) {
      await page.select('#language', tag ?? '');
      const told = await text(page, '[data-code=hides-and-watches]');
      assert.ok(told.replaceAll(/[\u2068\u2069]/g, '').includes(sentence ?? ''), `${tag}: ${told}`);
      assert.doesNotMatch(told, /read-messages|\{ways\}/);
    }
  });

  it('shows what an app says as text, whatever it is', async () => {
    const page = await suite.open();
    await choose(page, [await suite.files.add('hostile.apk', { report: hostile() })]);
    await answered(page);
    await page.$$eval('details', (all) => all.forEach((details) => (details.open = true)));
    assert.equal(await page.title(), 'apklens');
    assert.equal(await page.$('app-report script, app-report img'), null);
    assert.match(
      await text(page, '.answer .app-name'),
      /^<img src=x.*\\u\{202e\}txt\.exe$/,
      'and what turns it round is seen',
    );
    assert.match(await text(page, '.technical'), /<script>/);
    await assertAccessible(page, 'hostile strings');
  });
});
