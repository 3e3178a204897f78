/** Runs the same tests in every browser, each with a browser and a server for all of them. */

import { after, afterEach, before, describe } from 'node:test';
import { BROWSERS, Folder, launch, open, serveDouble } from './harness.mjs';

/** @typedef {import('./harness.mjs').BrowserName} BrowserName */
/** @typedef {import('puppeteer-core').Page} Page */

/**
 * What the tests of a suite are given.
 *
 * @typedef {object} Suite
 * @property {BrowserName} name
 * @property {import('puppeteer-core').Browser} browser
 * @property {string} url The page over the core's double.
 * @property {Folder} files
 * @property {(options?: Parameters<typeof open>[2]) => Promise<Page>} open Opens the page; closed after the test.
 */

/**
 * @param {string} subject
 * @param {(suite: Suite) => void} tests
 * @param {(name: BrowserName, files: Folder) => Parameters<typeof launch>[1]} [options]
 */
export function inEveryBrowser(subject, tests, options = () => ({})) {
  for (const name of BROWSERS) {
    describe(`${subject} (${name})`, () => {
      const suite = /** @type {Suite} */ ({ name });
      /** @type {Awaited<ReturnType<typeof serveDouble>>} */
      let server;
      before(async () => {
        server = await serveDouble();
        suite.url = server.url;
        suite.files = await Folder.create();
        suite.browser = await launch(name, options(name, suite.files));
        suite.open = (how) => open(suite.browser, suite.url, how);
      });
      afterEach(async () => {
        // Without any page Firefox would end.
        const blank = await suite.browser.newPage();
        for (const page of await suite.browser.pages()) if (page !== blank) await page.close();
      });
      after(async () => {
        await suite.browser.close();
        await suite.files.remove();
        await server.close();
      });
      tests(suite);
    });
  }
}
