/** The visitor's lists and rules over the core itself: a file of each form, good and with bad rows; packs; exports. */

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { serve } from '../../tools/serve.mjs';
import { assertAccessible } from './axe.mjs';
import { saved } from './downloads.mjs';
import {
  answered,
  BROWSERS,
  BUILT,
  bring,
  choose,
  Folder,
  hurry,
  launch,
  open,
  ROOT,
  screenshot,
  showLists,
  text,
  texts,
} from './harness.mjs';

const FIXTURE = join(ROOT, 'target/fixtures/harmless.apk');
const PROGRAM = process.env.APKLENS ?? join(ROOT, 'target/release/apklens');
const DIGEST = 'ab'.repeat(32);

/**
 * @typedef {object} Form
 * @property {string} content
 * @property {string} called What the page calls it.
 * @property {number} used
 * @property {number} skipped
 * @property {RegExp} [names] What of it is named as skipped.
 */

/** @type {Record<string, Form>} */
const FORMS = {
  'ioc.yaml': {
    content:
      '- name: A\n  type: stalkerware\n  packages:\n  - org.example.a\n  - nothing\n  ios_bundles:\n  - org.example.ios\n',
    called: 'List of stalkerware-indicators (YAML)',
    used: 1,
    skipped: 2,
    names: /line 5: nothing – /,
  },
  'watchware.yaml': {
    content: '- name: W\n  type: watchware\n  packages:\n  - org.example.w\n',
    called: 'List of stalkerware-indicators (YAML)',
    used: 1,
    skipped: 0,
  },
  'samples.csv': {
    content: `SHA256,Package Name,Certificate,Version,App\n${DIGEST},org.example.a,,1,A\nabc,,,,B\n`,
    called: 'Samples of stalkerware-indicators (CSV)',
    used: 1,
    skipped: 1,
    names: /line 3: abc – it is not a digest of 64 hexadecimal digits/,
  },
  'app-flags.csv': {
    content:
      'appId,store,flag,title\norg.example.a,playstore,dual-use,"A, with a comma"\norg.example.c,appstore,dual-use,C\n',
    called: 'ISDi’s app flags (CSV)',
    used: 1,
    skipped: 1,
    names: /line 3: org\.example\.c – /,
  },
  'bundle.json': {
    content: JSON.stringify({
      type: 'bundle',
      id: 'bundle--1',
      objects: [
        { type: 'indicator', id: 'indicator--1', name: 'A', pattern: "[app:id='org.example.a']", pattern_type: 'stix' },
        { type: 'indicator', id: 'indicator--2', pattern: "[mutex:name='x']", pattern_type: 'stix' },
      ],
    }),
    called: 'STIX 2.1 bundle',
    used: 1,
    skipped: 1,
    names: /indicator--2/,
  },
  'event.json': {
    content: JSON.stringify({
      Event: {
        info: 'Title',
        Attribute: [
          { type: 'domain', value: 'c2.example' },
          { type: 'link', value: 'https://example.org/', uuid: 'u1' },
        ],
      },
    }),
    called: 'MISP event',
    used: 1,
    skipped: 1,
    names: /attribute u1: https:\/\/example\.org\/ – attributes of the type “link” are not looked for/,
  },
  'plain.txt': {
    content: `package:org.example.a\n${DIGEST}\npackage:nothing\n`,
    called: 'Plain list',
    used: 2,
    skipped: 1,
    names: /line 3: nothing – /,
  },
};

for (const name of BROWSERS) {
  describe(`own lists over the core (${name})`, () => {
    /** @type {Awaited<ReturnType<typeof serve>>} */
    let server;
    /** @type {Folder} */
    let files;
    /** @type {Folder} */
    let downloads;
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    before(async () => {
      server = await serve(BUILT, 0);
      files = await Folder.create();
      downloads = await Folder.create();
      browser = await launch(name, { downloads: downloads.path });
    });
    after(async () => {
      await browser.close();
      await files.remove();
      await downloads.remove();
      await server.close();
    });

    it('shows the database that is shipped', async (test) => {
      const page = await showLists(await open(browser, server.url));
      test.after(() => page.close());
      const told = await text(page, 'lists-view > section');
      const head = await readFile(join(ROOT, 'signatures/database.toml'), 'utf8');
      const version = /^version = "(.+)"$/m.exec(head)?.[1] ?? 'no version';
      for (const part of [version, 'CC-BY-4.0', 'MIT', 'AssoEchap']) assert.ok(told.includes(part), `${part}: ${told}`);
      await screenshot(page, `built-lists-${name}`);
    });

    it('reads a file of each form, and counts and names what it cannot use, as the command line does', async (test) => {
      const page = await showLists(await open(browser, server.url));
      test.after(() => page.close());
      const paths = await Promise.all(Object.entries(FORMS).map(([file, { content }]) => files.add(file, content)));
      await bring(page, paths, Object.keys(FORMS).length);
      await page.$$eval('details.skipped', (all) => all.forEach((details) => details.setAttribute('open', '')));
      const entries = await texts(page, 'list-entry');
      for (const [at, [file, { called, used, skipped, names }]] of Object.entries(FORMS).entries()) {
        const told = entries[at] ?? '';
        assert.ok(told.startsWith(file) && told.includes(`${called} · Entries used: ${used}`), told);
        if (names) assert.match(told, names);
        assert.equal(told.includes('Entries not used'), skipped > 0, told);
        if (skipped > 0) assert.ok(told.includes(`Entries not used: ${skipped}`), told);
        const pack = join(files.path, 'imported.pack');
        const native = execFileSync(
          PROGRAM,
          ['signatures', 'import', join(files.path, file), '--date', '2026-01-01', '-o', pack],
          { stdio: ['ignore', 'pipe', 'ignore'] },
        );
        assert.match(native.toString(), new RegExp(`${used} used, ${skipped} skipped`));
      }
      await assertAccessible(page, 'lists of each form');
      await screenshot(page, `built-lists-forms-${name}`);
    });

    it('shows whose signature a pack has, and refuses one with an altered byte', async (test) => {
      const page = await showLists(await open(browser, server.url));
      test.after(() => page.close());
      const { unsigned, signed, key } = await packs(files);
      const altered = join(files.path, 'altered.pack');
      const bytes = await readFile(signed);
      bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
      await writeFile(altered, bytes);
      await bring(page, [unsigned, signed, altered], 3);
      const [first = '', second = '', third = ''] = await texts(page, 'list-entry');
      assert.match(first, /This pack is not signed[\s\S]*2026\.01\.01[\s\S]*App families: stalkerware/);
      assert.ok(
        second.includes('The signature holds, but this page does not know the publisher.') && second.includes(key),
        second,
      );
      assert.match(
        third,
        /The signature of this pack does not hold: the pack was altered, or it is not from the publisher that it names\. It is not used\./,
      );
      await screenshot(page, `built-lists-packs-${name}`);
    });

    it('knows the publishers that a site names', async (test) => {
      const { signed, key } = await packs(files);
      const publishers = await files.add('publishers.json', { publishers: [{ key, name: 'A Coalition' }] });
      const knowing = await serve(BUILT, 0, { '/data/publishers.json': publishers });
      test.after(() => knowing.close());
      const page = await showLists(await open(browser, knowing.url));
      test.after(() => page.close());
      await bring(page, [signed], 1);
      assert.match(await text(page, 'list-entry'), /The signature holds\. Signed by A Coalition\./);
    });

    it('tells a mistake in a rule with its line and column, and uses none of the file', async (test) => {
      const page = await showLists(await open(browser, server.url));
      test.after(() => page.close());
      await bring(
        page,
        [await files.add('bad.yar', 'rule good { condition: true }\nrule bad {\n  condition: $a\n}\n')],
        1,
      );
      assert.match(await text(page, 'list-entry'), /None of them is used\.[\s\S]*Line 3, column 14: .*\$a/);
    });

    it('ends a rule that never ends, and says so', async (test) => {
      const page = await showLists(await open(browser, server.url, { prepare: (fresh) => hurry(fresh, 10) }));
      test.after(() => page.close());
      await bring(
        page,
        [await files.add('endless.yar', 'rule endless { condition: for all i in (0..1000000000000) : (i >= 0) }\n')],
        1,
      );
      assert.match(await text(page, 'list-entry'), /YARA rules in use: 1/);
      await page.click('[data-section=check]');
      await choose(page, [FIXTURE]);
      await answered(page);
      assert.match(await page.$eval('.answer', (answer) => answer.className), /level-could-not-check$/);
      assert.match(await text(page, 'app-report'), /came to a standstill and was stopped/);
    });

    it('works in the one-file variant, too', async (test) => {
      const page = await browser.newPage();
      test.after(() => page.close());
      await page.goto(pathToFileURL(join(BUILT, 'apklens.html')).href);
      await page.waitForSelector('file-intake .primary');
      await showLists(page);
      await bring(page, [await files.add('one-file.yar', RULE)], 1);
      assert.match(await text(page, 'list-entry'), /YARA rules in use: 1/);
    });

    it('gives the very report of the command line with a pack and rules, and exports as it does', async (test) => {
      const page = await showLists(await open(browser, server.url));
      test.after(() => page.close());
      const pack = await packOf(files, 'org.apklens.fixture.harmless');
      const rule = await files.add('own.yar', RULE);
      const list = await files.add('own.txt', 'package:org.example.a\n');
      await bring(page, [pack, list, rule], 3);
      await page.click('[data-section=check]');
      await choose(page, [FIXTURE]);
      await answered(page);
      assert.match(await page.$eval('.answer', (answer) => answer.className), /level-known-watchware$/);
      assert.match(
        await text(page, 'app-report'),
        /Your own lists and rules were part of it: own-list, own\.txt,? and own\.yar\./,
      );
      await page.$eval('[data-part=matches]', (details) => details.setAttribute('open', ''));
      assert.match(await text(page, '.matches'), /YARA rule: names_the_app[\s\S]*Published by own\.yar/);
      await screenshot(page, `built-own-lists-report-${name}`);
      const lists = ['--indicators', pack, '--indicators', 'own.txt', '--rules', 'own.yar'];
      // Beside the lists, so that its path is its name.
      await copyFile(FIXTURE, join(files.path, basename(FIXTURE)));
      await page.click('[data-tool=json]');
      const report = JSON.parse(await native(['--format', 'json', ...lists], files.path))[0];
      // The page's name for the file has no folder.
      delete report.file.path;
      assert.equal(
        (await saved(downloads.path, /\d\.json$|[0-9a-f]{8}\.json$/)).content,
        `[\n${JSON.stringify(report)}\n]\n`,
      );
      await page.$eval('.more-tools', (details) => details.setAttribute('open', ''));
      // Both name the moment, to the second, and so the page's clock is stopped.
      await page.evaluate((moment) => (Date.prototype.toISOString = () => moment), MOMENT);
      for (const form of ['stix', 'misp']) {
        await page.click(`[data-tool=${form}]`);
        const { content } = await saved(downloads.path, new RegExp(`\\.${form}\\.json$`));
        assert.equal(
          content.trimEnd(),
          await native(['--format', form, ...lists], files.path, String(Date.parse(MOMENT) / 1000)),
        );
      }
      await page.click('[data-tool=csv-matches]');
      const [head = '', ...rows] = (await saved(downloads.path, /\.matches\.csv$/)).content
        .replace('\ufeff', '')
        .trimEnd()
        .split('\r\n');
      const [nativeHead = '', ...nativeRows] = (await native(['--format', 'csv-matches', ...lists], files.path)).split(
        '\n',
      );
      assert.equal(head, `${nativeHead},checked_at`);
      // The path is the page's name for the file, and the time is the page's own.
      const shared = (/** @type {string} */ row) => row.slice(row.indexOf(','));
      assert.deepEqual(
        rows.map((row) => shared(row.slice(0, row.lastIndexOf(',')))),
        nativeRows.map(shared),
      );
      assert.ok(rows.length >= 2, 'a row a match');
    });
  });
}

const MOMENT = '2026-11-25T12:00:00.000Z';

/** Holds for the harmless fixture's manifest as text. */
const RULE = `rule names_the_app {
  strings:
    $name = "org.apklens.fixture.harmless"
  condition:
    $name
}
`;

/**
 * A pack, the same signed, and the key that signed it.
 *
 * @param {Folder} files
 */
async function packs(files) {
  const unsigned = join(files.path, 'unsigned.pack');
  const signed = join(files.path, 'signed.pack');
  execFileSync(PROGRAM, ['signatures', 'build', join(ROOT, 'tests/fixtures/signatures'), '--output', unsigned]);
  execFileSync(PROGRAM, [
    'signatures',
    'sign',
    unsigned,
    '--key',
    await files.add('secret', '07'.repeat(32)),
    '--output',
    signed,
  ]);
  const key =
    /signed by ([0-9a-f]{64})/.exec(execFileSync(PROGRAM, ['signatures', 'verify', signed]).toString())?.[1] ?? '';
  assert.equal(key.length, 64);
  return { unsigned, signed, key };
}

/**
 * A pack that calls this package watchware.
 *
 * @param {Folder} files
 * @param {string} app
 */
async function packOf(files, app) {
  await files.add(
    'source/database.toml',
    'version = "7"\n[[sources]]\nname = "own-list"\ntitle = "Made for this test"\nurl = ""\nlicence = "CC0-1.0"\ndate = "2026-02-03"\n',
  );
  await files.add('source/own-list/family.toml', `name = "Own family"\nclass = "watchware"\npackages = ["${app}"]\n`);
  const pack = join(files.path, 'own.pack');
  execFileSync(PROGRAM, ['signatures', 'build', join(files.path, 'source'), '--output', pack]);
  return pack;
}

/**
 * @param {string[]} options
 * @param {string} cwd
 * @param {string} [epoch] The time of the export.
 * @returns {Promise<string>} What `apklens scan` prints of the fixture, without the last line's end.
 */
function native(options, cwd, epoch) {
  const env = { ...process.env, ...(epoch && { SOURCE_DATE_EPOCH: epoch }) };
  return new Promise((resolve) => {
    // The exit status tells of finds; the output is there all the same.
    execFile(PROGRAM, ['scan', ...options, basename(FIXTURE)], { cwd, env, maxBuffer: 1 << 28 }, (_, output) =>
      resolve(output.trimEnd()),
    );
  });
}
