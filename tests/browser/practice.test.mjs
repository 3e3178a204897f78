/** The practice: its apps are what it says, and it is walked through from end to end over the core itself. */

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { serve } from '../../tools/serve.mjs';
import { STEPS } from '../../www/app/practice/steps.js';
import { assertAccessible } from './axe.mjs';
import { BROWSERS, BUILT, choose, Folder, launch, open, ROOT, screenshot, text, texts } from './harness.mjs';
import { assertNoOverflow } from './layout.mjs';
import { inEveryBrowser } from './suite.mjs';

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {import('../../www/app/types/report.js').Level} Level */
/** @typedef {import('../../www/app/types/report.js').Report} Report */

const PROGRAM = process.env.APKLENS ?? join(ROOT, 'target/release/apklens');
const DATA = join(ROOT, 'www/data/practice');

/** @type {{ languages: { tag: string }[] }} */
const { languages } = JSON.parse(await readFile(join(ROOT, 'www/locales/index.json'), 'utf8'));

/**
 * What each app is with the made-up families, and without them.
 *
 * @type {Record<string, { level: Level, alone: Level, kind?: string, name?: string }>}
 */
const EXPECTED = {
  'system-service.apk': {
    level: 'known-stalkerware',
    alone: 'worrying-capabilities',
    kind: 'certificate-sha1',
    name: 'systemservice',
  },
  'family-map.apk': { level: 'known-watchware', alone: 'nothing-known', kind: 'package', name: 'familymap' },
  'device-management.apk': { level: 'worrying-capabilities', alone: 'worrying-capabilities', name: 'devicemanagement' },
  'calculator.apk': { level: 'nothing-known', alone: 'nothing-known', name: 'calculator' },
  'copy-from-phone.apk': { level: 'could-not-check', alone: 'could-not-check' },
};

describe('the practice apps', () => {
  it('are all used, each once', () => {
    assert.deepEqual(STEPS.map(({ app }) => app).toSorted(), Object.keys(EXPECTED).toSorted());
  });

  for (const [app, { level, alone, kind, name }] of Object.entries(EXPECTED)) {
    it(`include ${app}, which is what it is said to be`, async () => {
      const report = await scan(app, ['--indicators', join(DATA, 'ioc.yaml')]);
      assert.equal(report.verdict.level, level);
      assert.deepEqual(
        report.matches.map((match) => match.kind),
        kind === undefined ? [] : [kind],
      );
      assert.equal((await scan(app, [])).verdict.level, alone, 'in no database');
      assert.ok((await stat(join(DATA, app))).size < 16_384, 'small');
      if (name === undefined) return;
      assert.equal(report.package?.name, `org.apklens.practice.${name}`);
      assert.equal(report.signing.status, 'verified');
      assert.match(report.package?.icon?.media_type ?? '', /^image/);
      assert.deepEqual([...report.problems, ...report.anomalies], []);
    });

    if (name !== undefined) {
      it(`include ${app}, which holds no program`, () => {
        const entries = execFileSync('unzip', ['-Z1', join(DATA, app)], { encoding: 'utf8' })
          .trim()
          .split('\n');
        for (const entry of entries)
          assert.match(entry, /^(AndroidManifest\.xml|resources\.arsc|res\/(drawable|xml)\/[a-z]+\.xml)$/);
        const manifest = dump(join(DATA, app), ['xmltree', 'AndroidManifest.xml']);
        assert.match(manifest, /android:hasCode\([^)]*\)=\(type 0x12\)0x0\n/);
      });

      it(`include ${app}, under the name that the practice gives it in every language`, async () => {
        const { package: found } = await scan(app, []);
        const step = STEPS.find((one) => one.app === app);
        for (const { tag } of languages) {
          const messages = JSON.parse(await readFile(join(ROOT, `www/locales/${tag}/practice.json`), 'utf8'));
          const label = tag === 'en' ? found?.label : found?.labels?.[tag];
          assert.ok(label && messages[`practice.${step?.id}.situation`].includes(label), `${label} in ${tag}`);
        }
      });
    }
  }

  it('are what samples/ builds', async (test) => {
    const built = await Folder.create();
    test.after(() => built.remove());
    execFileSync(join(ROOT, 'samples/make.sh'), [built.path], { stdio: 'ignore' });
    const inside = [['xmltree', 'AndroidManifest.xml'], ['--values', 'resources'], ['badging']];
    for (const [app, { name }] of Object.entries(EXPECTED)) {
      if (name === undefined) continue;
      // Not the bytes: another version of the tools may pack them in another way.
      for (const what of inside) assert.equal(dump(join(DATA, app), what), dump(join(built.path, app), what), app);
    }
  });

  it('end with a copy of the first one that broke off', async () => {
    const [whole, copy] = await Promise.all(
      ['system-service.apk', 'copy-from-phone.apk'].map((app) => readFile(join(DATA, app))),
    );
    assert.ok(whole && copy && copy.length < whole.length && whole.subarray(0, copy.length).equals(copy));
  });
});

describe('the questions', () => {
  it('have one answer that fits best among three', () => {
    for (const { id, questions } of STEPS) {
      assert.ok(questions.length >= 1, id);
      for (const { options, best } of questions) {
        assert.equal(new Set(options).size, 3);
        assert.ok(options.includes(best));
      }
    }
  });

  it('do not always have it in the same place', () => {
    assert.equal(
      new Set(STEPS.flatMap(({ questions }) => questions.map(({ options, best }) => options.indexOf(best)))).size,
      3,
    );
  });
});

for (const name of BROWSERS) {
  describe(`the practice (${name})`, () => {
    /** @type {Awaited<ReturnType<typeof serve>>} */
    let server;
    /** @type {Folder} */
    let files;
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    before(async () => {
      server = await serve(BUILT, 0);
      files = await Folder.create();
      browser = await launch(name);
    });
    after(async () => {
      await browser.close();
      await files.remove();
      await server.close();
    });

    it('is walked through by keyboard alone, and leaves nothing behind', async () => {
      const page = await open(browser, server.url);
      const history = await page.evaluate(() => window.history.length);
      await page.focus('[data-section=practice]');
      await page.keyboard.press('Enter');
      await page.waitForSelector('practice-view h1');
      // All that it needs has been fetched with the page.
      await new Promise((resolve) => setTimeout(resolve, 500));
      /** @type {string[]} */
      const asked = [];
      page.on('request', (request) => asked.push(request.url()));
      await assertAccessible(page, 'introduction');
      await screenshot(page, `practice-0-${name}`);
      await press(page, '[data-move=next]');

      for (const [at, { id, app, questions }] of STEPS.entries()) {
        assert.match(await text(page, '.steps-done p'), new RegExp(`^Step ${at + 1} of ${STEPS.length}$`));
        assert.equal(await focused(page), await text(page, '.step-title'), 'the focus is on the heading of the step');
        assert.equal(await page.$('practice-question'), null, 'nothing is asked before there is a result');
        await assertAccessible(page, `${id}, before`);
        await press(page, 'practice-step .primary');
        await page.waitForSelector('practice-step .sentence');
        const level = EXPECTED[app]?.level;
        assert.match(
          await page.$eval('practice-step .answer', (answer) => answer.className),
          new RegExp(`level-${level}$`),
        );
        assert.equal(await focused(page), await text(page, 'practice-step .sentence'), 'the focus is on the answer');
        assert.match(await text(page, '.practice-result > .mark'), /^This is a practice app/);
        assert.equal(
          await page.$('practice-view [data-tool], practice-view .notes-field'),
          null,
          'nothing to take along',
        );
        for (const question of questions) await ask(page, id, question);
        await assertAccessible(page, id);
        await screenshot(page, `practice-${at + 1}-${name}`);
        await press(page, '[data-move=next]');
      }
      assert.equal(await focused(page), await text(page, '.step-title'));
      assert.equal((await texts(page, '.points li')).length, 6);
      await assertAccessible(page, 'ending');
      await screenshot(page, `practice-end-${name}`);

      // What was chosen is there until the practice is begun again.
      await press(page, '[data-move=back]');
      assert.equal(await page.$$eval('practice-step input:checked', (all) => all.length), 1);
      await press(page, '[data-move=next]');
      await press(page, '[data-move=again]');
      assert.equal(await focused(page), await text(page, 'practice-view h1'));
      await press(page, '[data-move=next]');
      assert.equal(await page.$('practice-step app-report'), null, 'the result is gone');

      assert.deepEqual(
        asked.filter((address) => !/^(data|blob):/.test(address)),
        [],
        'requests',
      );
      assert.equal(await page.evaluate(() => window.history.length), history);
      const kept = await page.evaluate(async () => [
        localStorage.length,
        sessionStorage.length,
        document.cookie,
        (await indexedDB.databases()).length,
      ]);
      assert.deepEqual(kept, [0, 0, '', 0]);
      await page.click('[data-section=check]');
      assert.equal(
        await page.$('check-view app-report, check-view .results'),
        null,
        'no result among those of the visitor',
      );
      await page.close();
    });

    it('shows where the result says so, and leads back to the question', async () => {
      const page = await open(browser, server.url, { width: 320, height: 700 });
      await page.click('[data-section=practice]');
      await page.click('[data-move=next]');
      for (const { id, questions } of STEPS) {
        await page.click('practice-step .primary');
        await page.waitForSelector('practice-step .sentence');
        for (const [at, { part }] of questions.entries()) {
          await page.$$eval(
            'practice-question .show',
            (all, index) => /** @type {HTMLElement} */ (all[index]).click(),
            at,
          );
          await page.$$eval(
            'practice-question',
            (all, index) => /** @type {HTMLElement | null | undefined} */ (all[index]?.querySelector('.look'))?.click(),
            at,
          );
          assert.equal(
            await page.$eval('.looked-at', (element, selector) => element.matches(selector), part),
            true,
            `${id} ${part}`,
          );
          assert.equal(await focused(page), 'Back to the question');
          const seen = await page.evaluate(() => {
            const bar = document.querySelector('body > header')?.getBoundingClientRect().bottom ?? 0;
            const { top = 0, bottom = 0 } = document.activeElement?.getBoundingClientRect() ?? {};
            return top >= bar && bottom <= innerHeight;
          });
          assert.ok(seen, `${id} ${part} is in view, and the way back`);
          await assertAccessible(page, `${id}, pointing at ${part}`);
          await page.keyboard.press('Enter');
          assert.equal(await page.$('.looked-at, .back-to-question'), null);
          assert.equal(await focused(page), (await texts(page, 'practice-question legend'))[at]);
        }
        await page.$eval('[data-move=next]', (button) => /** @type {HTMLElement} */ (button).click());
      }
      await page.close();
    });

    it('changes its language without losing the result, the choice or the answer', async () => {
      const page = await begun(browser, server.url);
      await page.click('#hidden-basis-name');
      await page.click('practice-question .show');
      await page.click('practice-step .technical summary');
      await page.select('#language', 'de');
      assert.match(await text(page, '.practice-result > .mark'), /^Das ist eine Übungs-App/);
      assert.equal(await text(page, 'practice-step .app-name'), 'Systemdienst');
      assert.equal(
        await page.$eval('#hidden-basis-name', (radio) => /** @type {HTMLInputElement} */ (radio).checked),
        true,
      );
      assert.match(await text(page, '.feedback'), /^Nicht ganz/);
      assert.equal(
        await page.$eval('practice-step .technical', (details) => /** @type {HTMLDetailsElement} */ (details).open),
        true,
      );
      await page.close();
    });

    it('is forgotten with everything else', async () => {
      const page = await begun(browser, server.url);
      await page.click('#hidden-basis-name');
      await page.click('[data-section=check]');
      await choose(page, [await files.add('letter.apk', 'This is a letter, not an app.')]);
      await page.waitForSelector('check-view .sentence');
      await page.click('.clear');
      await page.click('[data-section=practice]');
      assert.equal(await page.$('practice-step'), null);
      await page.click('[data-move=next]');
      assert.equal(await page.$('practice-step app-report, practice-step input'), null);
      await page.close();
    });

    it('gives a browser no choice to write down for a restart', async () => {
      const page = await begun(browser, server.url);
      for (const option of ['name', 'certificate']) await page.click(`#hidden-basis-${option}`);
      const differing = await page.$$eval(
        'practice-step input',
        (all) => all.filter((radio) => radio.checked !== radio.defaultChecked).length,
      );
      assert.equal(differing, 0);
      assert.equal(
        await page.$eval('#hidden-basis-certificate', (radio) => /** @type {HTMLInputElement} */ (radio).checked),
        true,
      );
      await page.close();
    });

    it('works with the network cut, and as one file', async () => {
      const cut = await serve(BUILT, 0);
      const page = await open(browser, cut.url);
      await new Promise((resolve) => setTimeout(resolve, 500));
      await cut.close();
      await walk(page);
      await page.close();
      const single = await browser.newPage();
      await single.goto(pathToFileURL(join(BUILT, 'apklens.html')).href);
      await single.waitForSelector('file-intake .primary');
      await walk(single);
      await single.close();
    });

    it('fits a narrow screen, and is read from the right in Arabic', async () => {
      for (const [tag, width] of /** @type {[string, number][]} */ ([
        ['en', 320],
        ['de', 320],
        ['ar', 320],
        ['ar', 1200],
      ])) {
        const page = await open(browser, server.url, { width });
        await page.select('#language', tag);
        await page.click('[data-section=practice]');
        const state = `${tag}-${width}`;
        await assertNoOverflow(page, `${state}, introduction`);
        await screenshot(page, `practice-0-${state}-${name}`);
        await page.click('[data-move=next]');
        for (const { id } of STEPS) {
          await page.click('practice-step .primary');
          await page.waitForSelector('practice-step .sentence');
          await page.$$eval('practice-question .show', (all) =>
            all.forEach((button) => /** @type {HTMLElement} */ (button).click()),
          );
          await page.$$eval('practice-step details', (all) => all.forEach((details) => (details.open = true)));
          await assertNoOverflow(page, `${state}, ${id}`);
          await assertAccessible(page, `${state}, ${id}`);
          await page.$$eval('app-report details', (all) => all.forEach((details) => (details.open = false)));
          await screenshot(page, `practice-${id}-${state}-${name}`);
          await page.$eval('[data-move=next]', (button) => /** @type {HTMLElement} */ (button).click());
        }
        await assertNoOverflow(page, `${state}, ending`);
        await page.close();
      }
    });

    if (name === 'chrome') {
      // Only Chromium's protocol can ask for the dark.
      it('keeps its contrast in the dark', async () => {
        const page = await open(browser, server.url);
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
        await page.click('[data-section=practice]');
        await assertAccessible(page, 'introduction, dark');
        await page.click('[data-move=next]');
        await page.click('practice-step .primary');
        await page.waitForSelector('practice-step .sentence');
        await page.click('#hidden-basis-name');
        await page.$$eval('practice-question .show', (all) =>
          all.forEach((button) => /** @type {HTMLElement} */ (button).click()),
        );
        await assertAccessible(page, 'step, dark');
        await screenshot(page, 'practice-dark');
        await page.close();
      });
    }
  });
}

inEveryBrowser('a practice that fails', (suite) => {
  it('says so, and can be tried again', async () => {
    // The double of the core cannot read these apps.
    const page = await suite.open();
    await page.click('[data-section=practice]');
    await page.click('[data-move=next]');
    for (let tries = 0; tries < 2; tries += 1) {
      await page.click('practice-step .primary');
      await page.waitForFunction(() =>
        /could not be checked/.test(document.querySelector('practice-step [role=status]')?.textContent ?? ''),
      );
    }
    await assertAccessible(page, 'practice, failed');
    await screenshot(page, `practice-failed-${suite.name}`);
  });
});

/**
 * Chooses an answer that does not fit, asks for the reasons, then chooses the one that fits: by keyboard.
 *
 * @param {Page} page
 * @param {string} step
 * @param {import('../../www/app/practice/steps.js').Question} question
 */
async function ask(page, step, { id, options, best }) {
  const name = `${step}-${id}`;
  const scope = `practice-question:has([name="${name}"])`;
  const [first = ''] = options;
  const wrong = options.find((option) => option !== best) ?? '';
  await tabTo(page, `[name="${name}"]`);
  await page.keyboard.press(' ');
  if (first !== wrong) await page.keyboard.press('ArrowDown');
  assert.equal(await chosen(page, name), wrong);
  assert.equal(await page.$(`${scope} .why`), null, 'no reasons before they are asked for');
  await press(page, `${scope} .show`);
  assert.equal(await text(page, `${scope} .feedback`), 'Not quite. Below each answer stands why.');
  const reasons = await texts(page, `${scope} .why`);
  assert.equal(reasons.length, options.length);
  for (const reason of reasons) assert.ok(reason.length > 40, reason);
  assert.equal(
    reasons.findIndex((reason) => reason.startsWith('Fits best.')),
    options.indexOf(best),
  );
  const from = options.indexOf(wrong);
  const to = options.indexOf(best);
  await page.focus(`#${name}-${wrong}`);
  for (let at = from; at !== to; at += Math.sign(to - from))
    await page.keyboard.press(to > from ? 'ArrowDown' : 'ArrowUp');
  assert.equal(await chosen(page, name), best);
  assert.equal(await text(page, `${scope} .feedback`), 'Yes, that fits best. Below each answer stands why.');
}

/**
 * @param {Page} page
 * @param {string} name
 */
function chosen(page, name) {
  return page.$eval(`[name="${name}"]:checked`, (radio) => /** @type {HTMLInputElement} */ (radio).value);
}

/**
 * Goes on by the Tab key until it is there, as somebody without a mouse does.
 *
 * @param {Page} page
 * @param {string} selector
 */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`${selector} is not reached by the Tab key`);
}

/**
 * @param {Page} page
 * @param {string} selector
 */
async function press(page, selector) {
  await tabTo(page, selector);
  await page.keyboard.press('Enter');
}

/** @param {Page} page */
function focused(page) {
  return page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).innerText.trim());
}

/**
 * The first step, with its result.
 *
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} url
 */
async function begun(browser, url) {
  const page = await open(browser, url);
  await page.click('[data-section=practice]');
  await page.click('[data-move=next]');
  await page.click('practice-step .primary');
  await page.waitForSelector('practice-step .sentence');
  return page;
}

/** Checks every practice app. @param {Page} page */
async function walk(page) {
  await page.click('[data-section=practice]');
  await page.click('[data-move=next]');
  for (const { app } of STEPS) {
    await page.click('practice-step .primary');
    await page.waitForSelector('practice-step .sentence');
    assert.match(
      await page.$eval('practice-step .answer', (answer) => answer.className),
      new RegExp(`level-${EXPECTED[app]?.level}$`),
    );
    await page.$eval('[data-move=next]', (button) => /** @type {HTMLElement} */ (button).click());
  }
}

/**
 * What aapt prints about an app.
 *
 * @param {string} path
 * @param {string[]} what
 */
function dump(path, what) {
  const [first = '', ...rest] = what;
  const order = first.startsWith('--') ? [first, ...rest, path] : [first, path, ...rest];
  return execFileSync('aapt', ['dump', ...order], { encoding: 'utf8', maxBuffer: 1 << 24 });
}

/**
 * @param {string} app
 * @param {string[]} options
 * @returns {Promise<Report>}
 */
async function scan(app, options) {
  // The exit status tells of finds and of files that could not be checked; the report is there all the same.
  const { stdout } = await promisify(execFile)(PROGRAM, [
    'scan',
    '--format',
    'json',
    ...options,
    join(DATA, app),
  ]).catch((error) => error);
  return JSON.parse(stdout)[0];
}
