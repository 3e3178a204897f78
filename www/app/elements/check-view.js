import { fill, h } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { batch } from '../session/intake.js';
import { AppReport } from './app-report.js';
import { CheckAgain } from './check-again.js';
import { CheckProgress } from './check-progress.js';
import { FileIntake } from './file-intake.js';
import { leadOn } from './lead-on.js';
import { ReportTools } from './report-tools.js';
import { ResultsList } from './results-list.js';
import { View } from './view.js';

/** @typedef {import('../session/session.js').Session} Session */
/** @typedef {import('../session/session.js').Result} Result */

/** The main job: files in, answers out. */
export class CheckView extends View {
  #session;
  #heading = h('h1');
  #intro = h('div', { class: 'intro' });
  #message = h('p', { class: 'message', role: 'status' });
  #results = h('div', { class: 'results-host' });
  #back = h('button', { type: 'button', class: 'back', on: { click: () => this.#showList() } });
  #clear = h('button', { type: 'button', class: 'clear', on: { click: () => this.#forget() } });
  #desk = h('div', { class: 'desk' });
  #intake;
  #progress;
  #again;
  #list;
  #listTools;
  #wasBusy = false;
  /** @type {Result | null} */
  #shown = null;

  /** @param {Session} session */
  constructor(session) {
    super();
    this.#session = session;
    this.#progress = new CheckProgress(session);
    this.#again = new CheckAgain(session);
    this.#list = new ResultsList(session);
    this.#listTools = new ReportTools(() => session.done, 'tools.print-all');
    this.#intake = new FileIntake((found, failed) => this.#take(found, failed));
    session.addEventListener('change', () => this.#update());
    session.addEventListener('select', () => this.#update());
  }

  /** @override */
  render() {
    fill(
      this.#intro,
      ...['stays', 'compared', 'forgotten'].map((sentence) => h('p', null, t(`intro.${sentence}`))),
      h('p', null, t('guide.no-file'), ' ', leadOn('guide', 'link')),
    );
    if (!this.#intake.isConnected) {
      fill(this.#desk, this.#back, this.#intake, this.#clear);
      fill(this, this.#heading, this.#intro, this.#desk, this.#message, this.#progress, this.#again, this.#results);
    }
    this.#message.textContent = '';
    this.#back.textContent = t('list.back');
    this.#clear.textContent = t('session.clear');
    this.#update();
  }

  /**
   * @param {import('../session/intake.js').Found[]} found
   * @param {number} failed How many files and folders could not be opened.
   */
  #take(found, failed) {
    const given = batch(found);
    this.dispatchEvent(new CustomEvent('taken', { bubbles: true }));
    this.#message.textContent = failed > 0 ? t('intake.failed', { count: failed }) : '';
    if (given.files.length > 0) this.#session.add(given);
    else if (failed === 0) this.#message.textContent = t('intake.nothing', { count: found.length });
  }

  #showList() {
    const result = this.#session.selected;
    this.#session.select(null);
    if (result) this.#list.focusRow(result);
  }

  #forget() {
    this.#session.clear();
    this.#message.textContent = t('session.cleared');
    this.#intake.querySelector('button')?.focus();
  }

  #update() {
    const { jobs, selected, busy, done, checked } = this.#session;
    const some = jobs.length > 0;
    this.#heading.textContent = t(some ? 'list.title' : 'intro.title');
    this.#heading.classList.toggle('visually-hidden', some);
    this.#intro.hidden = some;
    this.#desk.classList.toggle('compact', some);
    this.#clear.hidden = !some;
    this.#listTools.hidden = done.length === 0;
    const several = jobs.length > 1 || jobs.some(({ results }) => results.length > 1);
    const listed = several || (some && !busy && done.length === 0);
    this.#back.hidden = !listed || selected === null;
    this.#show(selected?.report ? selected : null, listed);
    if (this.#wasBusy && !busy && several) {
      const finished = t('progress.finished', { done: checked, count: jobs.length });
      this.#message.textContent =
        done.length === checked ? finished : `${finished} ${t('list.results', { count: done.length })}`;
    }
    this.#wasBusy = busy;
  }

  /**
   * @param {Result | null} result
   * @param {boolean} listed Whether the list is shown where no result is.
   */
  #show(result, listed) {
    if (result && result === this.#shown) return;
    this.#shown = result;
    if (result) {
      const report = new AppReport(result);
      this.#results.replaceChildren(report);
      report.focusAnswer();
    } else if (!listed) {
      this.#results.replaceChildren();
    } else if (!this.#list.isConnected) {
      this.#results.replaceChildren(this.#listTools, this.#list);
    }
  }
}

customElements.define('check-view', CheckView);
