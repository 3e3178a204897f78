import { fill, h } from '../base/dom.js';
import { languages, t } from '../base/i18n.js';
import { printable } from '../base/printable.js';
import { View } from './view.js';

/** @typedef {import('../session/session.js').Session} Session */

/** Shows a remaining time only once so many seconds have passed: before, it would be a guess. */
const ENOUGH_SECONDS = 3;

/** How far the checking is, with pause and cancel. */
export class CheckProgress extends View {
  #session;
  #line = h('p', { class: 'progress-line' });
  #bar = h('progress', { max: 1 });
  #pause = h('button', { type: 'button', on: { click: () => this.#togglePause() } });
  #cancel = h('button', { type: 'button', on: { click: () => this.#session.cancelAll() } });

  /** @param {Session} session */
  constructor(session) {
    super();
    this.#session = session;
    session.addEventListener('change', () => this.update());
  }

  /** @override */
  render() {
    fill(
      this,
      h('div', { class: 'panel' }, this.#line, this.#bar, h('div', { class: 'row' }, this.#pause, this.#cancel)),
    );
    this.#cancel.textContent = t('progress.cancel');
    this.update();
  }

  update() {
    const { jobs, busy, paused } = this.#session;
    this.hidden = !busy;
    if (!busy) return;
    const share = this.#share();
    this.#bar.value = share;
    this.#bar.setAttribute('aria-label', t('progress.label'));
    this.#line.textContent = [this.#count(), paused ? t('progress.paused') : this.#remaining(share)].join(' ');
    this.#pause.hidden = jobs.length < 2;
    this.#pause.textContent = paused ? t('progress.resume') : t('progress.pause');
  }

  #count() {
    const { jobs } = this.#session;
    const [only] = jobs;
    if (jobs.length === 1 && only) return t('progress.one', { name: printable(only.file.name) });
    const ended = jobs.filter(({ state }) => state === 'done' || state === 'cancelled').length;
    return t('progress.many', { done: ended, count: jobs.length });
  }

  /** How much of all bytes is done. */
  #share() {
    let done = 0;
    let total = 0;
    for (const { state, fraction, file } of this.#session.jobs) {
      const weight = file.size + 1;
      total += weight;
      if (state === 'done' || state === 'cancelled') done += weight;
      else if (state === 'running') done += weight * fraction;
    }
    return total > 0 ? done / total : 0;
  }

  /** @param {number} share */
  #remaining(share) {
    const seconds = (performance.now() - this.#session.startedAt) / 1000;
    if (seconds < ENOUGH_SECONDS || share <= 0) return '';
    return t('progress.remaining', { span: languages.span((seconds / share) * (1 - share)) });
  }

  #togglePause() {
    if (this.#session.paused) this.#session.resume();
    else this.#session.pause();
  }
}

customElements.define('check-progress', CheckProgress);
