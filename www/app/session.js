/**
 * What the page holds in memory: the files, their reports, the notes. It is written nowhere, and `clear` forgets it.
 */

import { database } from './database.js';
import { OwnLists } from './lists.js';
import { Pool } from './pool.js';
import { unreadable } from './unreadable.js';

/** @typedef {import('./report.js').Report} Report */
/** @typedef {import('./report.js').Level} Level */

/**
 * @typedef {object} Job One file.
 * @property {number} id
 * @property {string} path
 * @property {File} file
 * @property {File | undefined} idsig
 * @property {'waiting' | 'running' | 'done' | 'cancelled'} state
 * @property {number} fraction How much is done, 0 to 1.
 * @property {Report | null} report
 * @property {string} json The report as the core wrote it.
 * @property {Date | null} checkedAt
 * @property {string} lists Which of the visitor's lists it was compared with.
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

/** Events: `change` (something about the jobs), `select` (another job is shown), `clear` (everything is forgotten). */
export class Session extends EventTarget {
  /** @type {Job[]} */
  jobs = [];
  /** @type {Job | null} */
  selected = null;
  /** How many files of dropped folders were left alone. */
  leftAlone = 0;
  /** When the first file of the current run was begun, in milliseconds of the page's clock. */
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
    const [only] = this.jobs;
    this.select(this.jobs.length === 1 && only ? only : null);
    for (const job of added) this.#check(job);
    this.#changed();
  }

  /** The jobs that were compared with other lists than there are now. */
  get outdated() {
    return this.done.filter(({ lists }) => lists !== this.lists.key);
  }

  /** Checks files once more. @param {Job[]} jobs */
  checkAgain(jobs) {
    if (!this.busy) this.startedAt = performance.now();
    for (const job of jobs) {
      Object.assign(job, { state: 'waiting', fraction: 0, report: null, json: '', checkedAt: null });
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
      report: null,
      json: '',
      checkedAt: null,
      lists: '',
      notes: '',
    };
    this.jobs.push(job);
    return job;
  }

  /** @param {Job} job */
  #check(job) {
    const { id, file, idsig } = job;
    /** @param {string} json */
    const finished = async (json) => {
      // What a report says of its lists' age needs it.
      await database.known;
      Object.assign(job, { state: 'done', fraction: 1, json, report: JSON.parse(json), checkedAt: new Date() });
      this.#changed();
    };
    this.#pool.add({
      id,
      file,
      ...(idsig && { idsig }),
      // Its worker is made with these lists: those of idle workers are the same.
      started: () => this.#update(job, { state: 'running', lists: this.lists.key }),
      /** @type {import('./pool.js').Task['progressed']} */
      progressed: (phase, done, total) => this.#update(job, { fraction: Math.max(job.fraction, share(phase, done, total)) }),
      finished,
      /** @param {import('./unreadable.js').Failure} why */
      failed: (why) => finished(JSON.stringify(unreadable(file, why), null, 2)),
    });
  }

  /** @param {Job | null} job */
  select(job) {
    this.selected = job;
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

  /** Forgets everything. */
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

  /** The jobs that have a report. */
  get done() {
    return this.jobs.filter((job) => job.report !== null);
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
