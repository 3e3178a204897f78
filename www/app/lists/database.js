/** Describes the database that comes with the page, as the core reports it. */

/**
 * @typedef {object} Contents
 * @property {string} version
 * @property {string} date Of its newest source, as `2026-06-21`.
 * @property {Record<string, number>} families How many of each class.
 * @property {Record<string, number>} indicators How many of each kind.
 * @property {{ name: string, title: string, url: string, licence: string, date: string }[]} sources
 */

/** @typedef {{ files: string[], count: number, skipped: import('../types/report.js').SkippedRule[] }} Rules */

/**
 * @typedef {object} Info
 * @property {Contents} database
 * @property {Rules} rules
 * @property {number} old_after_days
 */

const DAY = 86_400_000;

class Database {
  /** @type {Info | null} */
  info = null;
  #known = Promise.resolve();

  /** Asks the core, once; the page does not wait for it. @param {import('../core/core.js').Core} core */
  learn(core) {
    this.#known = core.ask({ question: 'info' }).then(
      (answer) => {
        this.info = JSON.parse(answer);
      },
      // Without an answer every check fails, too, and reports the reason.
      () => {},
    );
  }

  /** Resolves when the core has answered or failed. */
  get known() {
    return this.#known;
  }

  /**
   * Returns the names of a report's lists and rules that the visitor brought.
   *
   * @param {import('../types/report.js').Tool} tool
   */
  foreign({ sources = [], rules = [] }) {
    const ours = this.info?.database.sources ?? sources;
    return [
      ...sources
        .filter((source) => !ours.some(({ name, date }) => name === source.name && date === source.date))
        .map(({ name }) => name),
      ...rules.filter((file) => !(this.info?.rules.files ?? rules).includes(file)),
    ];
  }

  /**
   * Returns whether lists of this date are old, by the core's limit and the device's clock.
   *
   * @param {string} date
   */
  isOld(date) {
    const days = daysSince(date);
    return this.info !== null && days !== null && days > this.info.old_after_days;
  }
}

/**
 * @param {string} date As `2026-06-21`.
 * @returns {number | null} None where it is no date.
 */
export function daysSince(date) {
  const time = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(time) ? null : Math.floor((Date.now() - time) / DAY);
}

export const database = new Database();
