/** How to get the app from the phone: what it says, its pictures, and the commands, which are run here. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { PICTURES, WAYS } from '../../www/app/guide/steps.js';
import { assertAccessible } from './axe.mjs';
import { buildDouble, Folder, ROOT, screenshot } from './harness.mjs';
import { inEveryBrowser } from './suite.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

const LOCALES = join(ROOT, 'www/locales');
const DRAWINGS = join(ROOT, 'www/data/guide');

const COMMANDS = WAYS.flatMap(({ steps }) => steps.flatMap(({ commands = [] }) => commands));

/** What the double of adb answers: the paths of each app's files. */
const PHONE = {
  'com.android.system.service': ['/data/app/~~aB3x==/com.android.system.service-Yz9w==/base.apk'],
  'org.example.notes': [
    '/data/app/~~q_-1Q==/org.example.notes-Zz==/base.apk',
    '/data/app/~~q_-1Q==/org.example.notes-Zz==/split_config.arm64_v8a.apk',
    '/data/app/~~q_-1Q==/org.example.notes-Zz==/split_config.de.apk',
  ],
  'com.example.old': ['/data/app/com.example.old-1/base.apk'],
};

describe('the guide', () => {
  it('has a drawing for each picture that it names, and no other', async () => {
    const files = (await readdir(DRAWINGS)).map((file) => basename(file, '.svg'));
    assert.deepEqual(files.toSorted(), Object.keys(PICTURES).toSorted());
    for (const name of files) {
      const drawing = await readFile(join(DRAWINGS, `${name}.svg`), 'utf8');
      assert.match(drawing, /prefers-color-scheme: dark/, name);
      const words = Array.from(drawing.matchAll(/<text[^>]*>([^<]*)</g), ([, word]) => word);
      assert.ok(
        words.every((word) => word === '.apk'),
        `${name} says ${words}`,
      );
    }
  });

  it('leaves code, names and commands as they are in every language', async () => {
    const english = await messages('en');
    for (const { tag } of JSON.parse(await readFile(join(LOCALES, 'index.json'), 'utf8')).languages) {
      const translated = await messages(tag);
      for (const [key, message] of Object.entries(english))
        assert.deepEqual(codes(translated[key] ?? ''), codes(message), `${tag} ${key}`);
    }
  });

  it('copies every app with all its parts, each into a folder of its own', async () => {
    const folder = await Folder.create();
    const adb = await folder.add('bin/adb', double());
    await chmod(adb, 0o755);
    const every = COMMANDS.find(({ system, text }) => system === 'unix' && text.includes('adb pull'));
    assert.ok(every);
    await writeFile(join(folder.path, 'every.sh'), every.text);
    execFileSync('sh', ['every.sh'], {
      cwd: folder.path,
      env: { ...process.env, PATH: `${join(folder.path, 'bin')}:${process.env.PATH}` },
    });
    const copied = (await readdir(join(folder.path, 'apps'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(basename(parentPath), name));
    const wanted = Object.entries(PHONE).flatMap(([app, paths]) => paths.map((path) => join(app, basename(path))));
    assert.deepEqual(copied.toSorted(), wanted.toSorted());
    await folder.remove();
  });
});

inEveryBrowser('guide', (suite) => {
  it('warns first, and shows each picture with a text that stands for it', async () => {
    const page = await suite.open();
    await unfold(page);
    const headings = await page.$$eval('guide-view :is(h1, h2)', (all) => all.map(({ textContent }) => textContent));
    assert.deepEqual(headings, [
      'Get the app from the phone',
      'Before you begin',
      'Three ways',
      'If none of this works',
      'Then: check the files',
    ]);
    const pictures = await page.$$eval('guide-view img', (all) =>
      all.map((image) => ({ alt: image.alt, width: image.naturalWidth, local: image.src.startsWith('blob:') })),
    );
    for (const picture of pictures)
      assert.deepEqual({ ...picture, alt: picture.alt.length > 5 }, { alt: true, width: 240, local: true });
    const shown = new Set(pictures.map(({ alt }) => alt));
    assert.equal(shown.size, Object.keys(PICTURES).length);
    for (const way of await page.$$('.way')) assert.ok(await way.$('.noticed li'), 'each way says what may be noticed');
  });

  it('says everything that there is to say', async () => {
    const page = await suite.open();
    await unfold(page);
    const said = await page.$eval('page-sections', (sections) => sections.textContent ?? '');
    for (const [key, message] of Object.entries(await messages('en'))) {
      if (key.startsWith('guide.picture.')) continue;
      assert.ok(said.includes(message.replaceAll('`', '')), key);
    }
  });

  it('shows each command as it is typed, and copies it', async () => {
    const page = await suite.open({ prepare: holdClipboard });
    await unfold(page);
    assert.deepEqual(
      await page.$$eval('.command pre', (all) => all.map(({ textContent }) => textContent)),
      COMMANDS.map(({ text }) => text),
    );
    for (const [at, button] of (await page.$$('.command button')).entries()) {
      await button.evaluate((one) => one.click());
      assert.equal(await page.evaluate(() => /** @type {any} */ (window).copied), COMMANDS[at]?.text);
    }
    await page.waitForFunction(() =>
      Array.from(document.querySelectorAll('.command button')).every(({ textContent }) => textContent === 'Copied'),
    );
    await page.waitForFunction(() =>
      Array.from(document.querySelectorAll('.command button')).every(({ textContent }) => textContent === 'Copy'),
    );
    assert.equal(
      await page.$eval('.command pre', (pre) => {
        getSelection()?.selectAllChildren(pre);
        return getSelection()?.toString();
      }),
      COMMANDS[0]?.text,
      'it can be selected, too',
    );
  });

  it('is unfolded by keyboard, and stays unfolded in another language', async () => {
    const page = await suite.open();
    await page.click('[data-section=guide]');
    await page.focus('.way[data-way=files] summary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.way[data-way=files][open]');
    await page.select('#language', 'de');
    assert.deepEqual(await page.$$eval('.way[open]', (ways) => ways.map((way) => way.getAttribute('data-way'))), [
      'files',
    ]);
  });

  it('is led to from the check, and leads on to the check and to help', async () => {
    const page = await suite.open();
    await page.click('check-view [data-lead=guide]');
    assert.equal(await page.$eval('nav [aria-current]', (button) => button.getAttribute('data-section')), 'guide');
    for (const section of ['help', 'check']) {
      await page.click('[data-section=guide]');
      await page.click(`guide-view [data-lead=${section}]`);
      assert.equal(await page.$eval('nav [aria-current]', (button) => button.getAttribute('data-section')), section);
    }
  });

  for (const [tag, width] of /** @type {[string, number][]} */ ([
    ['en', 1200],
    ['en', 320],
    ['ar', 1200],
    ['ar', 320],
    ['de', 320],
  ])) {
    it(`can be read by everybody: ${tag} at ${width} pixels`, async () => {
      const page = await suite.open({ width });
      await page.select('#language', tag);
      await page.click('[data-section=guide]');
      await assertAccessible(page, `guide, folded, ${tag}, ${width}`);
      await screenshot(page, `guide-${tag}-${width}-${suite.name}`);
      await unfold(page);
      await assertAccessible(page, `guide, ${tag}, ${width}`);
      const { scrolled, shown } = await page.evaluate(() => ({
        scrolled: document.documentElement.scrollWidth,
        shown: document.documentElement.clientWidth,
      }));
      assert.ok(scrolled <= shown, `${scrolled} pixels on ${shown}`);
      const mirrored = await page.$$eval('.picture.directed', (all) =>
        all.map((image) => getComputedStyle(image).scale),
      );
      assert.ok(
        mirrored.every((scale) => scale === (tag === 'ar' ? '-1 1' : 'none')),
        `${mirrored}`,
      );
      const directions = await page.$$eval('.command pre', (all) => all.map((pre) => getComputedStyle(pre).direction));
      assert.ok(directions.every((direction) => direction === 'ltr'));
      await screenshot(page, `guide-open-${tag}-${width}-${suite.name}`);
    });
  }

  it('has its pictures in the single file, too', async () => {
    const built = await buildDouble();
    const page = await suite.browser.newPage();
    await page.goto(pathToFileURL(join(built.path, 'apklens.html')).href);
    await page.waitForSelector('file-intake .primary');
    await unfold(page);
    const widths = await page.$$eval('guide-view img', (all) => all.map(({ naturalWidth }) => naturalWidth));
    assert.ok(widths.length > 10 && widths.every((width) => width === 240), `${widths}`);
    assert.ok(
      (await brightness(page)).every((value) => value > 180),
      'drawn in their colours',
    );
    await built.remove();
  });

  if (suite.name === 'chrome') {
    // Only Chromium's protocol can ask for it.
    it('is drawn for the dark, too', async () => {
      const page = await suite.open();
      await unfold(page);
      const light = await brightness(page);
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
      await page.waitForFunction(() => matchMedia('(prefers-color-scheme: dark)').matches);
      const dark = await brightness(page);
      for (const [at, value] of light.entries())
        assert.ok(value > 180 && (dark[at] ?? 255) < 90, `picture ${at}: ${value}, ${dark[at]}`);
      await assertAccessible(page, 'guide, dark');
      await screenshot(page, 'guide-open-dark');
    });
  }
});

/** Goes to the guide, unfolds it, and waits for its pictures. @param {Page} page */
async function unfold(page) {
  await page.click('[data-section=guide]');
  await page.$$eval('details.way', (all) => {
    for (const way of all) way.open = true;
  });
  await page.waitForFunction(() =>
    Array.from(document.querySelectorAll('guide-view img'), (image) => /** @type {HTMLImageElement} */ (image)).every(
      ({ complete, naturalWidth }) => complete && naturalWidth > 0,
    ),
  );
}

/** How light the ground of each picture is, from 0 to 255. @param {Page} page */
function brightness(page) {
  return page.$$eval('guide-view img', async (all) => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const values = [];
    for (const { src } of all) {
      // A picture of its own: one that is shown already may be drawn as it was.
      const image = new Image(240, 160);
      image.src = src;
      await image.decode();
      context?.clearRect(0, 0, 240, 160);
      context?.drawImage(image, 0, 0, 240, 160);
      const [red = 0, green = 0, blue = 0] = context?.getImageData(6, 80, 1, 1).data ?? [];
      values.push((red + green + blue) / 3);
    }
    return values;
  });
}

/** @param {Page} page */
function holdClipboard(page) {
  return page.evaluateOnNewDocument(() => {
    Object.defineProperty(navigator.clipboard, 'writeText', {
      value: async (/** @type {string} */ text) => Object.assign(window, { copied: text }),
    });
  });
}

/**
 * @param {string} tag
 * @returns {Promise<Record<string, string>>}
 */
async function messages(tag) {
  return JSON.parse(await readFile(join(LOCALES, tag, 'guide.json'), 'utf8'));
}

/** @param {string} message */
function codes(message) {
  return Array.from(message.matchAll(/`([^`]*)`/g), ([, text]) => text).toSorted();
}

/** A double of adb: it answers as a phone does, with carriage returns, and reads its input away as adb does. */
function double() {
  const list = Object.keys(PHONE)
    .map((app) => `package:${app}\\r\\n`)
    .join('');
  const paths = Object.entries(PHONE).map(
    ([app, files]) => `"pm path --user 0 ${app}") printf '${files.map((file) => `package:${file}\\r\\n`).join('')}';;`,
  );
  return `#!/bin/sh
case "$1" in
  shell)
    cat >/dev/null; shift
    case "$*" in
      "pm list packages --user 0 -3") printf '${list}';;
      ${paths.join('\n      ')}
      *) exit 1;;
    esac;;
  pull) [ -d "$3" ] && printf '%s' "$2" > "$3/$(basename "$2")";;
esac
`;
}
