/** What leaves the page, and what it leaves behind: nothing. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { answered, BROWSERS, bring, choose, Folder, launch, open, serveDouble, text } from './harness.mjs';
import { Recorder } from './recorder.mjs';
import { known, plain } from './reports.mjs';
import { inEveryBrowser } from './suite.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

/** Addresses that a browser of its own asks for, with or without a page. */
const BROWSERS_OWN =
  /^(https?:\/\/)?([a-z0-9-]+\.)*(google\.com|googleapis\.com|gvt1\.com|mozilla\.(com|net|org)|firefox\.com)[:/]/;

for (const name of BROWSERS) {
  describe(`from load to print (${name})`, () => {
    /** @type {Awaited<ReturnType<typeof serveDouble>>} */
    let server;
    /** @type {Recorder} */
    let recorder;
    /** @type {Folder} */
    let files;
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    before(async () => {
      server = await serveDouble();
      recorder = new Recorder(server.url);
      files = await Folder.create();
      browser = await launch(name, { proxy: await recorder.listen() });
    });
    after(async () => {
      await browser.close();
      await recorder.close();
      await files.remove();
      await server.close();
    });

    it('asks for nothing but its own files, writes nothing, makes no history', async () => {
      const page = await open(browser, server.url, { prepare: watch });
      const history = await page.evaluate(() => window.history.length);
      await choose(page, [
        await files.add('one.apk', { report: known('stalkerware') }),
        await files.add('two.apk', { report: plain() }),
      ]);
      await page.waitForFunction(() => document.querySelectorAll('.results .badge').length === 2);
      await page.click('.results button.link');
      await answered(page);
      await page.type('.notes-field', 'Seen on Monday.');
      for (const tool of ['text', 'json', 'csv', 'print']) await page.click(`[data-tool=${tool}]`);
      await page.click('.more-tools summary');
      for (const tool of ['csv-matches', 'stix', 'misp']) await page.click(`[data-tool=${tool}]`);
      for (const section of ['guide', 'help', 'practice', 'about', 'lists'])
        await page.click(`[data-section=${section}]`);
      await bring(page, [await files.add('list.txt', { told: {} }), await files.add('rules.yar', 'rule a {}')], 2);
      await page.click('[data-section=check]');
      await page.click('check-again button');
      await answered(page);
      await page.click('.clear');

      assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).writes), [], 'writes and history changes');
      assert.equal(await page.evaluate(() => window.history.length), history);
      assert.deepEqual(await page.evaluate(kept), {
        local: 0,
        session: 0,
        cookie: '',
        databases: 0,
        caches: 0,
        workers: 0,
      });

      const foreign = recorder.asked.filter(
        (address) => !address.startsWith(server.url) && !BROWSERS_OWN.test(address),
      );
      assert.deepEqual(foreign, [], 'requests beyond the page');
      const own = new Set(recorder.asked.filter((address) => address.startsWith(server.url)));
      assert.ok(own.has(`${server.url}signatures.bin`), 'the recorder sees what the page asks for');
      assert.ok(own.has(`${server.url}apklens_core.js`), 'and what its worker asks for');
      for (const address of own) assert.doesNotMatch(address, /[?#]/, 'nothing is said in an address');
    });

    it('leaves to an ordinary website', async () => {
      const page = await open(browser, server.url);
      await page.click('.exit');
      await asks(recorder, 'https://www.wikipedia.org:443');
      // The recorder lets nothing through: what follows is the browser's page for a failed load, at that address.
      await leaves(page, server.url);
    });

    it('would have noticed: the recorder and the watch catch what the page does not do', async () => {
      const page = await open(browser, server.url, { prepare: watch });
      await page.evaluate(() => {
        localStorage.setItem('a', 'b');
        history.pushState(null, '', '#b');
        // biome-ignore lint/suspicious/noDocumentCookie: the test is whether the page's recorder sees it.
        document.cookie = 'a=b';
        window.open('http://elsewhere.example/');
      });
      assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).writes), [
        'setItem',
        'pushState',
        'cookie',
      ]);
      await asks(recorder, 'http://elsewhere.example/');
    });
  });
}

inEveryBrowser('privacy', (suite) => {
  it('is kept by its policy from sending anything anywhere', async () => {
    const page = await suite.open();
    const blocked = await page.evaluate(async () => {
      /** @type {string[]} */
      const directives = [];
      document.addEventListener('securitypolicyviolation', (event) => directives.push(event.effectiveDirective));
      await fetch('http://elsewhere.example/').catch(() => {});
      const image = new Image();
      image.src = 'http://elsewhere.example/picture.png';
      await image.decode().catch(() => {});
      const form = document.createElement('form');
      form.action = 'http://elsewhere.example/';
      document.body.append(form);
      try {
        form.submit();
      } catch {
        // Firefox throws where the policy forbids it.
      }
      // The last of them is told when the browser comes to it, which may take a moment.
      for (let tries = 0; tries < 50 && !directives.includes('form-action'); tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return directives;
    });
    for (const directive of ['connect-src', 'img-src', 'form-action'])
      assert.ok(blocked.includes(directive), directive);
  });

  it('works with the network cut once it has loaded', async () => {
    const { serve } = await import('../../tools/serve.mjs');
    const { buildDouble } = await import('./harness.mjs');
    const folder = await buildDouble();
    const server = await serve(folder.path, 0);
    const page = await open(suite.browser, server.url);
    await server.close();
    await folder.remove();
    await choose(page, [await suite.files.add('cut.apk', { report: plain() })]).catch(() => {});
    await answered(page);
    assert.match(await text(page, '.answer'), /Garden Calendar/);
  });

  for (const way of ['button', 'key']) {
    it(`leaves at once, by the ${way}, and Back does not lead here again`, async () => {
      const page = await suite.browser.newPage();
      await page.goto('about:blank');
      await page.goto(suite.url);
      await page.waitForSelector('file-intake .primary');
      await choose(page, [await suite.files.add('plain.apk', { report: plain() })]);
      await answered(page);
      // There is no network here: the page says where it goes, and the test that it is gone.
      await page.evaluate(() => Object.defineProperty(navigator, 'onLine', { value: false }));
      if (way === 'button') {
        await page.click('.exit');
      } else {
        await page.keyboard.press('Escape');
        assert.match(await text(page, '.answer'), /Garden Calendar/, 'one press does nothing');
        await page.keyboard.press('Escape');
      }
      await page.waitForFunction(() => location.href === 'about:blank');
      await page.evaluate(() => history.back()).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(page.url(), 'about:blank');
      assert.doesNotMatch(await page.content(), /Garden Calendar/);
    });
  }

  it('has a neutral title and icon', async () => {
    const page = await suite.open();
    assert.equal(await page.title(), 'apklens');
    assert.doesNotMatch(await page.content(), /<title>[^<]*(stalk|spy)/i);
  });
});

/**
 * @param {Recorder} recorder
 * @param {string} address
 */
async function asks(recorder, address) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (recorder.asked.includes(address)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`${address} was not asked for, but ${recorder.asked.join(' ')}`);
}

/**
 * Waits until the page is no longer at this address. While it changes, the browser may refuse to run anything in it.
 *
 * @param {Page} page
 * @param {string} from
 */
async function leaves(page, from) {
  let address = from;
  for (let tries = 0; tries < 100; tries += 1) {
    address = await page.evaluate(() => location.href).catch(() => from);
    if (!address.startsWith(from)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`still at ${address}`);
}

/** Writes down every way to keep something, or to make history. @param {Page} page */
async function watch(page) {
  await page.evaluateOnNewDocument(() => {
    /** @type {string[]} */
    const writes = [];
    Object.assign(window, { writes });
    window.print = () => {};
    /**
     * @param {any} owner
     * @param {string} name
     */
    const wrap = (owner, name) => {
      const original = owner?.[name];
      if (!original) return;
      owner[name] = function (/** @type {unknown[]} */ ...given) {
        writes.push(name);
        return original.apply(this, given);
      };
    };
    wrap(Storage.prototype, 'setItem');
    wrap(History.prototype, 'pushState');
    wrap(History.prototype, 'replaceState');
    wrap(IDBFactory.prototype, 'open');
    wrap(globalThis.CacheStorage?.prototype, 'open');
    wrap(globalThis.ServiceWorkerContainer?.prototype, 'register');
    wrap(Navigator.prototype, 'sendBeacon');
    wrap(globalThis.StorageManager?.prototype, 'getDirectory');
    const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie') ?? {};
    Object.defineProperty(Document.prototype, 'cookie', {
      get: () => cookie.get?.call(document),
      set(value) {
        writes.push('cookie');
        cookie.set?.call(this, value);
      },
    });
    addEventListener('hashchange', () => writes.push('hashchange'));
  });
}

async function kept() {
  return {
    local: localStorage.length,
    session: sessionStorage.length,
    cookie: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  };
}
