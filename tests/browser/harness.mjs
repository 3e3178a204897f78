/** A browser, a server of the page, and what the tests do with them. */

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import puppeteer from 'puppeteer-core';
import { serve } from '../../tools/serve.mjs';

/** @typedef {import('puppeteer-core').Browser} Browser */
/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {'chrome' | 'firefox'} BrowserName */

const run = promisify(execFile);

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const SCREENSHOTS = join(ROOT, 'target/screenshots');

/** The browsers that the page is tested in; `BROWSERS=chrome` narrows it down while working on a test. */
export const BROWSERS = /** @type {BrowserName[]} */ ((process.env.BROWSERS ?? 'chrome,firefox').split(','));

/** A wait that has not ended by now never will. */
export const PATIENCE = 30_000;

/** Nothing of the browser's own must reach for the network. */
const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--lang=en-US',
];

const FIREFOX = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'captivedetect.canonicalURL': '',
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'intl.accept_languages': 'en-US',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': '',
  'toolkit.telemetry.server': '',
};

/**
 * @param {BrowserName} name
 * @param {{ downloads?: string, proxy?: number }} [options] A folder for what is saved; a proxy's port on this machine.
 * @returns {Promise<Browser>} With a profile of its own, which is gone with it.
 */
export function launch(name, { downloads, proxy } = {}) {
  if (name === 'firefox') {
    return puppeteer.launch({
      browser: 'firefox',
      executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
      extraPrefsFirefox: {
        ...FIREFOX,
        ...(proxy && firefoxProxy(proxy)),
        ...(downloads && firefoxDownloads(downloads)),
      },
    });
  }
  return puppeteer.launch({
    browser: 'chrome',
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Without `<-loopback>`, Chromium would reach the page's own server past the proxy.
    args: proxy ? [...CHROMIUM, `--proxy-server=localhost:${proxy}`, '--proxy-bypass-list=<-loopback>'] : CHROMIUM,
    ...(downloads && { downloadBehavior: { policy: 'allow', downloadPath: downloads } }),
  });
}

/** @param {string} folder */
function firefoxDownloads(folder) {
  return {
    'browser.download.folderList': 2,
    'browser.download.dir': folder,
    'browser.download.alwaysOpenPanel': false,
  };
}

/** @param {number} port */
function firefoxProxy(port) {
  return {
    'network.proxy.type': 1,
    'network.proxy.http': 'localhost',
    'network.proxy.http_port': port,
    'network.proxy.ssl': 'localhost',
    'network.proxy.ssl_port': port,
    'network.proxy.allow_hijacking_localhost': true,
    'network.proxy.no_proxies_on': '',
  };
}

/** The page as built, over the core itself. */
export const BUILT = join(ROOT, 'dist');

/**
 * Builds the page over the core's double (tests/browser/double), with the steps that ./build.sh takes.
 *
 * @returns {Promise<Folder>}
 */
export async function buildDouble() {
  const folder = await Folder.create();
  await cp(join(ROOT, 'www'), folder.path, { recursive: true });
  await cp(join(ROOT, 'tests/browser/double'), folder.path, { recursive: true });
  await run('node', [join(ROOT, 'tools/service-worker.mjs'), folder.path]);
  await run('node', [join(ROOT, 'tools/single-file.mjs'), folder.path, join(folder.path, 'apklens.html')]);
  return folder;
}

/** The page over the core's double, served. */
export async function serveDouble() {
  const folder = await buildDouble();
  const server = await serve(folder.path, 0);
  return {
    ...server,
    folder: folder.path,
    close: async () => {
      await server.close();
      await folder.remove();
    },
  };
}

/**
 * Opens the page and waits until it takes files.
 *
 * @param {Browser} browser
 * @param {string} url
 * @param {{ width?: number, height?: number, prepare?: (page: Page) => Promise<unknown> }} [options]
 */
export async function open(browser, url, { width = 1200, height = 900, prepare } = {}) {
  const page = await browser.newPage();
  await prepare?.(page);
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport({ width, height });
  await page.goto(url);
  await page.waitForSelector('file-intake .primary');
  return page;
}

/**
 * Lets the page's minutes pass in fractions of a second; what takes less keeps its time.
 *
 * @param {Page} page
 * @param {number} [times] How much faster they pass.
 */
export function hurry(page, times = 100) {
  return page.evaluateOnNewDocument((divisor) => {
    const { setTimeout: wait } = window;
    const hurried = (/** @type {TimerHandler} */ act, /** @type {number} */ delay) =>
      wait(act, delay >= 60_000 ? delay / divisor : delay);
    Object.assign(window, { setTimeout: hurried });
  }, times);
}

/** Files for the double, in a folder that `remove` takes away. */
export class Folder {
  /** @param {string} path */
  constructor(path) {
    this.path = path;
  }

  static async create() {
    return new Folder(await mkdtemp(join(tmpdir(), 'apklens-')));
  }

  /**
   * @param {string} name
   * @param {unknown} content What the double reads: `{ report, slow, crash }`.
   */
  async add(name, content) {
    const path = join(this.path, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  async empty() {
    await this.remove();
    await mkdir(this.path);
  }

  remove() {
    return rm(this.path, { recursive: true, force: true });
  }
}

/**
 * @param {Page} page
 * @param {string[]} paths
 * @param {'files' | 'folder'} [kind]
 */
export async function choose(page, paths, kind = 'files') {
  const inputs = await page.$$('file-intake input[type=file]');
  const input = inputs[kind === 'files' ? 0 : 1];
  if (!input) throw new Error('no file input');
  await /** @type {import('puppeteer-core').ElementHandle<HTMLInputElement>} */ (input).uploadFile(...paths);
}

/** Opens the section with the lists. @param {Page} page */
export async function showLists(page) {
  await page.click('[data-section=lists]');
  await page.waitForSelector('lists-view dl');
  return page;
}

/**
 * Brings lists and rules, and waits until the page has read them all.
 *
 * @param {Page} page
 * @param {string[]} paths
 * @param {number} count How many there are then.
 */
export async function bring(page, paths, count) {
  const input = await page.$('lists-view input[type=file]');
  if (!input) throw new Error('no file input');
  await /** @type {import('puppeteer-core').ElementHandle<HTMLInputElement>} */ (input).uploadFile(...paths);
  await page.waitForFunction(
    (wanted) => document.querySelectorAll('list-entry:is([data-state=used], [data-state=refused])').length === wanted,
    {},
    count,
  );
}

/** @param {Page} page */
export function answered(page) {
  return page.waitForSelector('app-report .sentence');
}

/**
 * @param {Page} page
 * @param {string} selector
 */
export function text(page, selector) {
  return page.$eval(selector, (element) => /** @type {HTMLElement} */ (element).innerText.trim());
}

/**
 * @param {Page} page
 * @param {string} selector
 */
export function texts(page, selector) {
  return page.$$eval(selector, (elements) =>
    elements.map((element) => /** @type {HTMLElement} */ (element).innerText.trim()),
  );
}

/**
 * Kept as a build artefact, for people to look at.
 *
 * @param {Page} page
 * @param {string} name
 */
export async function screenshot(page, name) {
  await mkdir(SCREENSHOTS, { recursive: true });
  // What sticks to the top of the window would stand in the middle of a long picture.
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: /** @type {`${string}.png`} */ (join(SCREENSHOTS, `${name}.png`)), fullPage: true });
}
