/**
 * Holds the files, their reports and the notes in memory. They are stored nowhere else, and `clear` removes them.
 */

import { Pool } from '../core/pool.js';
import { database } from '../lists/database.js';
import { OwnLists } from '../lists/own-lists.js';
import { unreadable } from './unreadable.js';

/** @typedef {import('../types/report.js').Report} Report */
/** @typedef {import('../types/report.js').Level} Level */

/**
 * @typedef {object} Job One file.
 * @property {number} id
 * @property {string} path
 * @property {File} file
 * @property {File | undefined} idsig
 * @property {'waiting' | 'running' | 'done' | 'cancelled'} state
 * @property {number} fraction How much is done, 0 to 1.
 * @property {string} lists Which of the visitor's lists it was compared with.
 * @property {Result[]} results What was found in it: one for each app, once it is done.
 */

/**
 * @typedef {object} Result One app of a file, or what there is to say of the file itself.
 * @property {number} id
 * @property {string} path The file's path, and where the app lies in it.
 * @property {Report | null} report None while the file is checked again.
 * @property {string} json The report as the core wrote it.
 * @property {Date | null} checkedAt
 * @property {string} notes What the advocate wrote.
 */

/** The core's passes over a file, in order. */
const PHASES = ['hashing', 'reading'];

/**
 * @param {string} phase
 * @param {number} done
 * @param {number} total
 */
function share(phase, done, total) {
  const before = PHASES.indexOf(phase);
  return before < 0 || total <= 0 ? 0 : (before + done / total) / PHASES.length;
}

/**
 * Splits the core's answer on a file into reports. The answer is an array with each report on a line of its own (`array`
 * in wasm/src/lib.rs). No report holds a line break, so each stays as the core wrote it.
 *
 * @param {string} json
 */
export function eachReport(json) {
  return json.slice(1, -1).split(',\n');
}

/** Events: `change` (a job or a setting changed), `select` (another result is shown), `clear` (everything is removed). */
export class Session extends EventTarget {
  /** @type {Job[]} */
  jobs = [];
  /** @type {Result | null} */
  selected = null;
  /** How many files of dropped folders were skipped. */
  leftAlone = 0;
  /** When the first file of the current run was started, in milliseconds of the page's clock. */
  startedAt = 0;
  #pool;
  #nextId = 1;

  /**
   * @param {Pool} pool
   * @param {OwnLists} lists What the visitor brought; the pool's workers are made with them.
   */
  constructor(pool, lists) {
    super();
    this.#pool = pool;
    this.lists = lists;
    let key = lists.key;
    lists.addEventListener('change', () => {
      if (lists.key === key) return;
      key = lists.key;
      pool.renew();
      this.#changed();
    });
  }

  /** @param {import('./intake.js').Batch} batch */
  add({ files, leftAlone }) {
    if (!this.busy) this.startedAt = performance.now();
    this.leftAlone += leftAlone;
    const added = files.map(({ file, path, idsig }) => this.#job(file, path, idsig));
    this.select(null);
    for (const job of added) this.#check(job);
    this.#changed();
  }

  /** The jobs that were compared with other lists than the present ones. */
  get outdated() {
    return this.jobs.filter(({ state, lists }) => state === 'done' && lists !== this.lists.key);
  }

  /** Checks files once more. @param {Job[]} jobs */
  checkAgain(jobs) {
    if (!this.busy) this.startedAt = performance.now();
    for (const job of jobs) {
      Object.assign(job, { state: 'waiting', fraction: 0 });
      for (const result of job.results) result.report = null;
      this.#check(job);
    }
    this.#changed();
  }

  /**
   * @param {File} file
   * @param {string} path
   * @param {File | undefined} idsig
   */
  #job(file, path, idsig) {
    /** @type {Job} */
    const job = {
      id: this.#nextId++,
      path,
      file,
      idsig,
      state: 'waiting',
      fraction: 0,
      lists: '',
      results: [],
    };
    this.jobs.push(job);
    return job;
  }

  /** @param {Job} job */
  #check(job) {
    const { id, file, idsig } = job;
    // The browser tells no folder for a file that was chosen by itself.
    const path = job.path === file.name ? undefined : job.path;
    /** @param {string} json */
    const finished = async (json) => {
      // The report view compares the lists' dates with those of the database.
      await database.known;
      this.#finish(job, eachReport(json));
    };
    this.#pool.add({
      id,
      file,
      ...(path && { path }),
      ...(idsig && { idsig }),
      // The worker has these lists: the pool replaces idle workers after each change of the lists.
      started: () => this.#update(job, { state: 'running', lists: this.lists.key }),
      /** @type {import('../core/pool.js').Task['progressed']} */
      progressed: (phase, done, total) =>
        this.#update(job, { fraction: Math.max(job.fraction, share(phase, done, total)) }),
      finished,
      /** @param {import('../core/pool.js').Failure} why */
      failed: (why) => finished(`[${JSON.stringify(unreadable(file, path, why))}]`),
    });
  }

  /**
   * @param {Job} job
   * @param {string[]} reports
   */
  #finish(job, reports) {
    const earlier = job.results;
    job.results = reports.map((json) => {
      /** @type {Report} */
      const report = JSON.parse(json);
      const path = job.path + report.file.name.slice(job.file.name.length);
      // A repeated check updates the earlier result, which keeps its notes.
      const result = earlier.find((one) => one.report === null && one.path === path) ?? this.#result(path);
      return Object.assign(result, { report, json, checkedAt: new Date() });
    });
    this.#update(job, { state: 'done', fraction: 1 });
    const [only] = job.results;
    if (this.jobs.length === 1 && job.results.length === 1 && only && this.selected !== only) this.select(only);
    else if (this.selected && !this.selected.report && earlier.includes(this.selected)) this.select(null);
  }

  /**
   * @param {string} path
   * @returns {Result}
   */
  #result(path) {
    return { id: this.#nextId++, path, report: null, json: '', checkedAt: null, notes: '' };
  }

  /** @param {Result | null} result */
  select(result) {
    this.selected = result;
    this.dispatchEvent(new Event('select'));
  }

  /** @param {Job} job */
  cancel(job) {
    this.#pool.cancel(job.id);
    this.#update(job, { state: 'cancelled' });
  }

  cancelAll() {
    this.#pool.cancelAll();
    for (const job of this.jobs) if (job.state === 'waiting' || job.state === 'running') job.state = 'cancelled';
    this.#changed();
  }

  get paused() {
    return this.#pool.paused;
  }

  pause() {
    this.#pool.pause();
    this.#changed();
  }

  resume() {
    this.#pool.resume();
    this.#changed();
  }

  /** Removes all files, results, notes and lists. */
  clear() {
    this.#pool.cancelAll();
    this.jobs = [];
    this.lists.clear();
    this.leftAlone = 0;
    this.select(null);
    this.#changed();
    this.dispatchEvent(new Event('clear'));
  }

  get busy() {
    return this.jobs.some(({ state }) => state === 'waiting' || state === 'running');
  }

  /** Every result, in the order of the files. */
  get done() {
    return this.jobs.flatMap(({ results }) => results.filter(({ report }) => report !== null));
  }

  /** How many files were checked. */
  get checked() {
    return this.jobs.filter(({ state }) => state === 'done').length;
  }

  /**
   * @param {Job} job
   * @param {Partial<Job>} news
   */
  #update(job, news) {
    Object.assign(job, news);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
