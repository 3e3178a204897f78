import { code, fill, h } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { AppReport } from './app-report.js';
import { PracticeQuestion } from './practice-question.js';
import { View } from './view.js';

/** @typedef {import('../practice/steps.js').Step} Step */
/** @typedef {import('../practice/samples.js').Samples} Samples */

/** One step of the practice: a situation, an app to check, its result, and what to make of it. */
export class PracticeStep extends View {
  #step;
  #samples;
  #questions;
  /** @type {AppReport | null} */
  #report = null;
  /** @type {'ready' | 'checking' | 'failed'} */
  #state = 'ready';
  #status = h('p', { class: 'quiet', role: 'status' });

  /**
   * @param {Step} step
   * @param {Samples} samples
   */
  constructor(step, samples) {
    super();
    this.#step = step;
    this.#samples = samples;
    this.#questions = step.questions.map(
      (question) => new PracticeQuestion(step.id, question, (part, from) => this.#look(part, from)),
    );
  }

  /** @override */
  render() {
    const { id, app } = this.#step;
    this.#status.textContent = this.#state === 'ready' ? '' : t(`practice.${this.#state}`);
    fill(
      this,
      h('h2', { class: 'step-title', tabindex: -1 }, t(`practice.${id}.title`)),
      h('p', { class: 'situation' }, t(`practice.${id}.situation`)),
      this.#report === null &&
        h(
          'div',
          { class: 'panel sample' },
          h('p', null, code(app)),
          h('button', { type: 'button', class: 'primary', on: { click: () => this.#check() } }, t('practice.check')),
          this.#status,
        ),
      this.#report !== null && this.#result(this.#report),
      h(
        'details',
        { class: 'trainers' },
        h('summary', null, t('practice.trainers')),
        h('p', null, t(`practice.${id}.trainers`)),
      ),
    );
  }

  /** @param {AppReport} report */
  #result(report) {
    return h(
      'div',
      null,
      h('div', { class: 'practice-result' }, h('p', { class: 'mark' }, t('practice.mark')), report),
      h('h2', null, t('practice.questions')),
      ...this.#questions,
    );
  }

  async #check() {
    if (this.#state === 'checking') return;
    this.#tell('checking');
    try {
      const result = await this.#samples.check(this.#step.app);
      this.#report = new AppReport(result, { takeAlong: false });
      this.#state = 'ready';
      if (this.isConnected) this.render();
      this.#report.focusAnswer();
    } catch (error) {
      this.#tell('failed');
      console.error(error);
    }
  }

  /** @param {'checking' | 'failed'} state */
  #tell(state) {
    this.#state = state;
    this.#status.textContent = t(`practice.${state}`);
  }

  /**
   * Leads to a part of the result, and back.
   *
   * @param {string} selector
   * @param {PracticeQuestion} from
   */
  #look(selector, from) {
    this.#lookAway();
    const part = this.#report?.querySelector(selector);
    if (!(part instanceof HTMLElement)) return;
    if (part instanceof HTMLDetailsElement) part.open = true;
    part.classList.add('looked-at');
    const back = () => {
      this.#lookAway();
      from.focusQuestion();
    };
    const button = h(
      'button',
      { type: 'button', class: 'back-to-question', on: { click: back } },
      t('practice.return'),
    );
    // At its beginning, where it is in view together with what it belongs to.
    const summary = part.querySelector(':scope > summary');
    if (summary) summary.after(button);
    else part.prepend(button);
    part.scrollIntoView({ block: 'start' });
    button.focus({ preventScroll: true });
  }

  #lookAway() {
    this.#report?.querySelector('.back-to-question')?.remove();
    this.#report?.querySelector('.looked-at')?.classList.remove('looked-at');
  }
}

customElements.define('practice-step', PracticeStep);
