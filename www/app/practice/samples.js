/**
 * Checks the practice apps with the core, in a worker of their own. Only this worker knows the made-up families of
 * data/practice/ioc.yaml. No result is added to those of the visitor's files.
 */

import { readBytes } from '../base/resources.js';
import { theCore } from '../core/core.js';
import { Pool } from '../core/pool.js';
import { eachReport } from '../session/session.js';
import { STEPS } from './steps.js';

/** @typedef {import('../session/session.js').Result} Result */

/** What a match with a made-up family names as its source. */
const SOURCE = 'apklens practice';

/**
 * The date of the made-up families. It is older than the database's, so that a report names the database's date, as for
 * any other app.
 */
const DATE = '2026-01-01';

export class Samples {
  /** @type {Promise<{ apps: Map<string, File>, pool: Pool }> | null} */
  #loaded = null;
  #checked = 0;

  /** Reads the files once, so that later calls need no network. After a failure the next call tries again. */
  load() {
    this.#loaded ??= this.#read();
    this.#loaded.catch(() => (this.#loaded = null));
    return this.#loaded;
  }

  async #read() {
    const core = await theCore();
    const [indicators, ...files] = await Promise.all(
      ['ioc.yaml', ...STEPS.map(({ app }) => app)].map((name) => readBytes(`data/practice/${name}`)),
    );
    const lists = { indicators: [{ name: SOURCE, bytes: indicators ?? new Uint8Array(), date: DATE }], rules: [] };
    /** @type {[string, File][]} */
    const apps = STEPS.map(({ app }, at) => [app, new File([files[at] ?? ''], app)]);
    return { apps: new Map(apps), pool: new Pool(() => core.createWorker(lists), 1) };
  }

  /**
   * @param {string} app
   * @returns {Promise<Result>} Rejected where the files or the core fail.
   */
  async check(app) {
    const { apps, pool } = await this.load();
    const file = apps.get(app);
    if (!file) throw new Error(app);
    const id = ++this.#checked;
    return new Promise((resolve, reject) => {
      pool.add({
        id,
        file,
        started: () => {},
        progressed: () => {},
        finished: (json) => resolve(done(id, file, json)),
        failed: ({ code, values }) => reject(new Error(`${code} ${values.message ?? ''}`)),
      });
    });
  }
}

/**
 * @param {number} id
 * @param {File} file
 * @param {string} json
 * @returns {Result}
 */
function done(id, file, json) {
  // A practice file holds one app.
  const [only = ''] = eachReport(json);
  /** @type {import('../types/report.js').Report} */
  const report = JSON.parse(only);
  // The page would show it as a list that the visitor brought.
  const sources = report.tool.sources?.filter((source) => source.name !== SOURCE) ?? [];
  Object.assign(report.tool, { sources });
  return { id, path: file.name, report, json: only, checkedAt: new Date(), notes: '' };
}
