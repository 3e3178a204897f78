import { code, fill, h } from '../base/dom.js';
import { languages, t } from '../base/i18n.js';
import { abilities } from '../report/abilities.js';
import { answer } from '../report/answer.js';
import { evidence } from '../report/evidence.js';
import { nextSteps } from '../report/next-steps.js';
import { checkedWith, technical } from '../report/technical.js';

/** @typedef {import('../session/session.js').Result} Result */

/** What is printed: one app a page, everything unfolded. Only there while it is printed. */
class PrintSheet extends HTMLElement {
  /** @param {Result[]} results */
  constructor(results) {
    super();
    this.append(...results.flatMap(sheet));
    for (const details of this.querySelectorAll('details')) details.open = true;
    // Hundreds of class names identify nothing; the JSON report holds them.
    for (const long of this.querySelectorAll('[data-part="components"]')) long.remove();
  }
}

customElements.define('print-sheet', PrintSheet);

/** @param {Result[]} results */
export function printReports(results) {
  lay(results);
  window.print();
}

/**
 * Sees to it that the browser's own print command prints the sheet of the app that is shown, and that a sheet is gone
 * when it has been printed.
 *
 * @param {() => Result[]} shown
 */
export function watchPrinting(shown) {
  addEventListener('beforeprint', () => {
    if (!document.querySelector('print-sheet')) lay(shown());
  });
  addEventListener('afterprint', () => document.querySelector('print-sheet')?.remove());
}

/** @param {Result[]} results */
function lay(results) {
  document.querySelector('print-sheet')?.remove();
  if (results.length > 0) document.body.append(new PrintSheet(results));
}

/**
 * @param {Result} result
 * @returns {Node[]}
 */
function sheet({ report, checkedAt, notes }) {
  if (!report) return [];
  const page = h('article', { class: 'sheet' });
  fill(
    page,
    h(
      'dl',
      { class: 'sheet-head' },
      h('div', null, h('dt', null, t('print.file')), h('dd', null, code(report.file.name))),
      h('div', null, h('dt', null, t('technical.sha256')), h('dd', null, code(report.file.sha256 || '–'))),
      report.container &&
        h('div', null, h('dt', null, t('print.container')), h('dd', null, code(report.container.sha256))),
      h(
        'div',
        null,
        h('dt', null, t('print.checked-at')),
        h('dd', null, checkedAt ? languages.moment(checkedAt) : '–'),
      ),
    ),
    h('p', { class: 'quiet' }, checkedWith(report)),
    answer(report),
    evidence(report),
    abilities(report),
    nextSteps(report.verdict.level),
    h('section', { class: 'sheet-notes' }, h('h3', null, t('notes.title')), h('p', { dir: 'auto' }, notes)),
    technical(report, checkedAt ?? new Date()),
  );
  return [page];
}
