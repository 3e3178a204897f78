import { fill } from '../base/dom.js';
import { abilities } from '../report/abilities.js';
import { answer } from '../report/answer.js';
import { evidence } from '../report/evidence.js';
import { nextSteps } from '../report/next-steps.js';
import { technical } from '../report/technical.js';
import { NotesField } from './notes-field.js';
import { ReportTools } from './report-tools.js';
import { View } from './view.js';

/** @typedef {import('../session/session.js').Result} Result */

/** One app's report, the answer first. */
export class AppReport extends View {
  #result;
  #takeAlong;

  /**
   * @param {Result} result
   * @param {{ takeAlong?: boolean }} [options] Whether it can be printed, saved and given notes: a practice app's cannot.
   */
  constructor(result, { takeAlong = true } = {}) {
    super();
    this.#result = result;
    this.#takeAlong = takeAlong;
  }

  /** Brings a screen reader, and the keyboard, to the answer. */
  focusAnswer() {
    this.querySelector('h2')?.focus({ preventScroll: true });
    this.firstElementChild?.scrollIntoView({ block: 'nearest' });
  }

  /** @override */
  render() {
    const { report, checkedAt } = this.#result;
    if (!report) return;
    // A change of language must not fold what was unfolded.
    const open = new Set(Array.from(this.querySelectorAll('details[open]'), (one) => part(one)));
    fill(
      this,
      answer(report),
      this.#takeAlong && new ReportTools(() => [this.#result]),
      evidence(report),
      abilities(report),
      nextSteps(report.verdict.level),
      this.#takeAlong && new NotesField(this.#result),
      technical(report, checkedAt ?? new Date()),
    );
    for (const details of this.querySelectorAll('details'))
      details.open = open.has(part(details)) && part(details) !== '';
  }
}

/** @param {Element} details */
function part(details) {
  return details.getAttribute('data-part') ?? '';
}

customElements.define('app-report', AppReport);
