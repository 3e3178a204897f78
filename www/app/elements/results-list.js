import { code, fill, h } from '../base/dom.js';
import { languages, t } from '../base/i18n.js';
import { printable } from '../base/printable.js';
import { appIcon } from '../report/icon.js';
import { appName, LEVELS, placeInside } from '../report/levels.js';
import { symbol } from '../report/symbols.js';
import { printReports } from './print-sheet.js';
import { View } from './view.js';

/** @typedef {import('../session/session.js').Session} Session */
/** @typedef {import('../session/session.js').Job} Job */
/** @typedef {import('../session/session.js').Result} Result */
/** @typedef {'result' | 'app' | 'size'} Column */

/** @type {Column[]} */
const COLUMNS = ['app', 'result', 'size'];

/**
 * Several results: a table that can be sorted, worst first at the beginning. The apps of one file stay together, below a
 * heading of their own.
 */
export class ResultsList extends View {
  #session;
  /** By the number of the file or of the result. @type {Map<number, HTMLTableRowElement>} */
  #rows = new Map();
  /** By the number of the file. @type {Map<number, HTMLTableSectionElement>} */
  #groups = new Map();
  #table = h('table', { class: 'results' });
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
    this.#groups.clear();
    fill(
      this.#table,
      this.#caption,
      h('thead', null, h('tr', null, ...COLUMNS.map((column) => this.#heading(column)))),
    );
    fill(this, this.#table, this.#left);
    this.update();
  }

  /** Puts the focus on the row of a result that was looked at. @param {Result} result */
  focusRow(result) {
    this.#rows.get(result.id)?.querySelector('button')?.focus();
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
    const { jobs, done, checked, leftAlone } = this.#session;
    const caption = t('list.caption', { done: checked, count: jobs.length });
    this.#caption.textContent =
      done.length === checked ? caption : `${caption} ${t('list.results', { count: done.length })}`;
    this.#left.textContent = leftAlone > 0 ? t('list.left-alone', { count: leftAlone }) : '';
    const focused = document.activeElement;
    const groups = this.#sorted(jobs, (job) => this.#worst(job)).map((job) => this.#group(job));
    if (
      put(this.#table, groups, Array.from(this.#table.tBodies)) &&
      focused instanceof HTMLElement &&
      this.contains(focused)
    ) {
      // What moves loses the focus.
      focused.focus();
    }
  }

  /**
   * @template {Job | Result} T
   * @param {T[]} ones
   * @param {(one: T) => Shown} shown
   */
  #sorted(ones, shown) {
    const { column, descending } = this.#order;
    const names = new Intl.Collator(languages.current.tag, { numeric: true });
    /** @type {Record<Column, (one: Shown, other: Shown) => number>} */
    const compare = {
      result: (one, other) => one.rank - other.rank,
      app: (one, other) => names.compare(one.name, other.name),
      size: (one, other) => other.size - one.size,
    };
    const sorted = ones.toSorted((one, other) => compare[column](shown(one), shown(other)) || one.id - other.id);
    return descending ? sorted.reverse() : sorted;
  }

  /** By what a file is sorted: one with several results by the worst of them. @param {Job} job @returns {Shown} */
  #worst({ state, file, path, results }) {
    const [only] = results;
    if (state !== 'done' || !only) {
      return { rank: LEVELS.length + (state === 'running' ? 0 : 1), name: printable(file.name), size: file.size };
    }
    if (results.length === 1) return ofResult(only);
    return { rank: Math.min(...results.map((one) => ofResult(one).rank)), name: printable(path), size: file.size };
  }

  /** @param {Job} job */
  #group(job) {
    const group = this.#groups.get(job.id) ?? h('tbody');
    this.#groups.set(job.id, group);
    const results = job.state === 'done' ? this.#sorted(job.results, ofResult) : [];
    const grouped = results.length > 1;
    const rows = results.length > 0 ? results.map((result) => this.#resultRow(result, grouped)) : [this.#jobRow(job)];
    if (grouped) rows.unshift(this.#groupRow(job));
    put(group, rows, Array.from(group.rows));
    return group;
  }

  /** The heading of a file's several results. @param {Job} job */
  #groupRow(job) {
    const { results, path } = job;
    return this.#row(job.id, `group ${results.map(({ checkedAt }) => checkedAt?.getTime()).join()}`, () => [
      h(
        'th',
        { scope: 'rowgroup', colspan: COLUMNS.length, class: 'group-head' },
        h(
          'div',
          { class: 'row' },
          h('span', { class: 'group-name' }, code(path)),
          h('span', { class: 'quiet' }, t('list.results', { count: results.length })),
          h(
            'button',
            {
              type: 'button',
              class: 'small',
              'aria-label': t('list.print-group', { name: printable(job.file.name) }),
              on: { click: () => printReports(job.results) },
            },
            t('tools.print'),
          ),
        ),
      ),
    ]);
  }

  /** @param {Job} job */
  #jobRow(job) {
    const { id, path, state, file } = job;
    const name = printable(file.name);
    return this.#row(id, state, () => [
      appCell(appIcon(null, name), named(name), path !== name && path),
      this.#stateCell(job),
      sizeCell(file.size),
    ]);
  }

  /**
   * @param {Result} result
   * @param {boolean} grouped Whether the file's name stands above.
   */
  #resultRow(result, grouped) {
    const { report, path, checkedAt, id } = result;
    if (!report) return h('tr');
    const name = appName(report, languages.current.tag);
    const where = grouped ? placeInside(report) : path;
    const { level } = report.verdict;
    const choose = { type: 'button', class: 'link', on: { click: () => this.#session.select(result) } };
    return this.#row(id, `${level} ${checkedAt?.getTime()} ${grouped}`, () => [
      appCell(appIcon(report.package, name), h('button', choose, named(name)), where !== name && where),
      h('td', null, h('span', { class: `badge level-${level}` }, symbol(level), t(`level.${level}.label`))),
      sizeCell(report.file.size),
    ]);
  }

  /**
   * A row, which is built anew only when its state has changed.
   *
   * @param {number} id
   * @param {string} state
   * @param {() => HTMLElement[]} cells
   */
  #row(id, state, cells) {
    const row = this.#rows.get(id) ?? h('tr');
    if (row.dataset.state !== state) fill(row, ...cells());
    row.dataset.state = state;
    this.#rows.set(id, row);
    return row;
  }

  /** @param {Job} job */
  #stateCell(job) {
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
    return h(
      'td',
      null,
      h('span', { class: 'quiet' }, t(`state.${job.state}`)),
      ' ',
      job.state !== 'cancelled' && cancel,
    );
  }
}

/** @typedef {{ rank: number, name: string, size: number }} Shown By what rows are sorted. */

/** @param {Result} result @returns {Shown} */
function ofResult({ report }) {
  if (!report) return { rank: LEVELS.length, name: '', size: 0 };
  return {
    rank: LEVELS.indexOf(report.verdict.level),
    name: appName(report, languages.current.tag),
    size: report.file.size,
  };
}

/** @param {string} name */
function named(name) {
  return h('span', { class: 'app-name', dir: 'auto' }, name);
}

/**
 * @param {Node} icon
 * @param {Node} name
 * @param {string | false} place
 */
function appCell(icon, name, place) {
  return h(
    'th',
    { scope: 'row' },
    h('div', { class: 'app-cell' }, icon, h('div', null, name, place && h('div', { class: 'quiet' }, code(place)))),
  );
}

/** @param {number} size */
function sizeCell(size) {
  return h('td', { class: 'column-size' }, languages.size(size));
}

/**
 * Puts parts in the place of those that are there, unless they are the same.
 *
 * @param {Element} element
 * @param {Element[]} parts
 * @param {Element[]} there
 */
function put(element, parts, there) {
  const unchanged = parts.length === there.length && parts.every((part, at) => part === there[at]);
  if (unchanged) return false;
  for (const part of there) part.remove();
  element.append(...parts);
  return true;
}

customElements.define('results-list', ResultsList);
