import { code, fill, h } from '../dom.js';
import { languages, t } from '../i18n.js';
import { appIcon } from '../icon.js';
import { appName, LEVELS } from '../levels.js';
import { printable } from '../printable.js';
import { symbol } from '../symbols.js';
import { View } from './view.js';

/** @typedef {import('../session.js').Session} Session */
/** @typedef {import('../session.js').Job} Job */
/** @typedef {'result' | 'app' | 'size'} Column */

/** @type {Column[]} */
const COLUMNS = ['app', 'result', 'size'];

/** Several files: a table that can be sorted, worst first at the beginning. */
export class ResultsList extends View {
  #session;
  /** @type {Map<number, HTMLTableRowElement>} */
  #rows = new Map();
  #body = h('tbody');
  #caption = h('caption', { class: 'visually-hidden' });
  #left = h('p', { class: 'quiet' });
  /** @type {{ column: Column, descending: boolean }} */
  #order = { column: 'result', descending: false };
  #scheduled = false;

  /** @param {Session} session */
  constructor(session) {
    super();
    this.#session = session;
    session.addEventListener('change', () => this.#schedule());
  }

  /** @override */
  render() {
    this.#rows.clear();
    fill(
      this,
      h(
        'table',
        { class: 'results' },
        this.#caption,
        h('thead', null, h('tr', null, ...COLUMNS.map((column) => this.#heading(column)))),
        this.#body,
      ),
      this.#left,
    );
    this.update();
  }

  /** Puts the focus on the row of a job that was looked at. @param {Job} job */
  focusRow(job) {
    this.#rows.get(job.id)?.querySelector('button')?.focus();
  }

  /** @param {Column} column */
  #heading(column) {
    const sort = () => {
      const same = this.#order.column === column;
      this.#order = { column, descending: same && !this.#order.descending };
      this.render();
      this.querySelector(`[data-sort="${column}"]`)?.querySelector('button')?.focus();
    };
    const active = this.#order.column === column;
    const direction = this.#order.descending ? 'descending' : 'ascending';
    return h(
      'th',
      { scope: 'col', 'data-sort': column, 'aria-sort': active ? direction : 'none', class: `column-${column}` },
      h('button', { type: 'button', class: 'sort', on: { click: sort } }, t(`list.${column}`)),
    );
  }

  /** Many changes come at once: the table follows with the next picture. */
  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.update();
    });
  }

  update() {
    const { jobs, done, leftAlone } = this.#session;
    this.#caption.textContent = t('list.caption', { done: done.length, count: jobs.length });
    this.#left.textContent = leftAlone > 0 ? t('list.left-alone', { count: leftAlone }) : '';
    const focused = document.activeElement;
    const rows = this.#sorted(jobs).map((job) => this.#row(job));
    const unchanged = rows.length === this.#body.rows.length && rows.every((row, at) => row === this.#body.rows[at]);
    if (unchanged) return;
    this.#body.replaceChildren(...rows);
    // A row that moves loses the focus.
    if (focused instanceof HTMLElement && this.#body.contains(focused)) focused.focus();
  }

  /** @param {Job[]} jobs */
  #sorted(jobs) {
    const { column, descending } = this.#order;
    const names = new Intl.Collator(languages.current.tag, { numeric: true });
    /** @type {Record<Column, (one: Job, other: Job) => number>} */
    const compare = {
      result: (one, other) => rank(one) - rank(other),
      app: (one, other) => names.compare(shownName(one), shownName(other)),
      size: (one, other) => other.file.size - one.file.size,
    };
    const sorted = jobs.toSorted((one, other) => compare[column](one, other) || one.id - other.id);
    return descending ? sorted.reverse() : sorted;
  }

  /**
   * The job's row; rebuilt only when its state has changed.
   *
   * @param {Job} job
   */
  #row(job) {
    const known = this.#rows.get(job.id);
    const state = `${job.state} ${job.report?.verdict.level ?? ''}`;
    if (known?.dataset.state === state) return known;
    const row = known ?? h('tr');
    row.dataset.state = state;
    fill(row, this.#appCell(job), this.#resultCell(job), h('td', { class: 'column-size' }, languages.size(job.file.size)));
    this.#rows.set(job.id, row);
    return row;
  }

  /** @param {Job} job */
  #appCell(job) {
    const { report } = job;
    const name = h('span', { class: 'app-name', dir: 'auto' }, shownName(job));
    return h(
      'th',
      { scope: 'row' },
      h(
        'div',
        { class: 'app-cell' },
        appIcon(report?.package ?? null, shownName(job)),
        h(
          'div',
          null,
          report
            ? h('button', { type: 'button', class: 'link', on: { click: () => this.#session.select(job) } }, name)
            : name,
          job.path !== shownName(job) && h('div', { class: 'quiet' }, code(job.path)),
        ),
      ),
    );
  }

  /** @param {Job} job */
  #resultCell(job) {
    const { report, state } = job;
    if (report) {
      const { level } = report.verdict;
      return h('td', null, h('span', { class: `badge level-${level}` }, symbol(level), t(`level.${level}.label`)));
    }
    const cancel = h(
      'button',
      {
        type: 'button',
        class: 'small',
        'aria-label': t('list.cancel-one', { name: job.file.name }),
        on: { click: () => this.#session.cancel(job) },
      },
      t('list.cancel'),
    );
    return h('td', null, h('span', { class: 'quiet' }, t(`state.${state}`)), ' ', state !== 'cancelled' && cancel);
  }
}

/** @param {Job} job */
function shownName({ report, file }) {
  return report ? appName(report, languages.current.tag) : printable(file.name);
}

/** @param {Job} job */
function rank({ report, state }) {
  if (report) return LEVELS.indexOf(report.verdict.level);
  return LEVELS.length + (state === 'running' ? 0 : 1);
}

customElements.define('results-list', ResultsList);
