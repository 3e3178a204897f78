import { fill, h } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { Samples } from '../practice/samples.js';
import { STEPS } from '../practice/steps.js';
import { PracticeStep } from './practice-step.js';
import { View } from './view.js';

/** What to take along at the end. */
const POINTS = ['basis', 'nothing', 'haste', 'who', 'noticed', 'help'];

/**
 * A guided practice: an introduction, a step for each practice app, an ending. Everything is held in these elements, and
 * is gone with them: nothing is counted or kept.
 */
export class PracticeView extends View {
  #samples = new Samples();
  /** @type {PracticeStep[]} */
  #steps = [];
  /** 0 is the introduction, then come the steps, then the ending. */
  #at = 0;

  /** @param {import('../session/session.js').Session} session */
  constructor(session) {
    super();
    session.addEventListener('clear', () => this.#restart());
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    // A failure is told when an app is to be checked.
    this.#samples.load().catch(() => {});
  }

  /** @override */
  render() {
    const screen = this.#at === 0 ? introduction() : this.#at > STEPS.length ? ending() : this.#step(this.#at);
    fill(
      this,
      h('h1', { tabindex: -1, class: this.#at === 0 ? null : 'running-title' }, t('practice.title')),
      this.#at > 0 && this.#at <= STEPS.length && progress(this.#at),
      screen,
      this.#buttons(),
    );
  }

  /** @param {number} at */
  #step(at) {
    const step = STEPS[at - 1];
    if (!step) throw new RangeError(`step ${at}`);
    this.#steps[at] ??= new PracticeStep(step, this.#samples);
    return this.#steps[at];
  }

  #buttons() {
    const [back, on] = [() => this.#go(this.#at - 1), () => this.#go(this.#at + 1)];
    if (this.#at === 0) return h('div', { class: 'row moves' }, button('next', 'practice.start', on, true));
    if (this.#at > STEPS.length) {
      return h(
        'div',
        { class: 'row moves' },
        button('back', 'practice.back', back),
        button('again', 'practice.again', () => this.#again()),
      );
    }
    const last = this.#at === STEPS.length;
    return h(
      'div',
      { class: 'row moves' },
      button('back', 'practice.back', back),
      button('next', last ? 'practice.finish' : 'practice.next', on, true),
    );
  }

  /** @param {number} at */
  #go(at) {
    this.#at = at;
    this.render();
    const heading = at === 0 ? 'h1' : 'h2';
    this.querySelector(heading)?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  #again() {
    this.#restart();
    this.#go(0);
  }

  #restart() {
    this.#steps = [];
    this.#at = 0;
    if (this.isConnected) this.render();
  }
}

function introduction() {
  return h(
    'div',
    null,
    h(
      'div',
      { class: 'intro' },
      ...['for', 'what', 'time', 'kept'].map((sentence) => h('p', null, t(`practice.intro.${sentence}`))),
    ),
    h(
      'details',
      { class: 'trainers' },
      h('summary', null, t('practice.trainers')),
      h('p', null, t('practice.intro.trainers')),
    ),
  );
}

function ending() {
  return h(
    'div',
    null,
    h('h2', { class: 'step-title', tabindex: -1 }, t('practice.end.title')),
    h('ul', { class: 'notes points' }, ...POINTS.map((point) => h('li', null, t(`practice.end.${point}`)))),
    h('p', { class: 'quiet' }, t('practice.end.kept')),
  );
}

/** @param {number} at */
function progress(at) {
  return h(
    'div',
    { class: 'steps-done' },
    h('p', null, t('practice.progress', { step: at, count: STEPS.length })),
    h(
      'div',
      { class: 'bar', 'aria-hidden': 'true' },
      ...STEPS.map((_, step) => h('span', { class: step < at ? 'done' : '' })),
    ),
  );
}

/**
 * @param {string} name
 * @param {string} label
 * @param {() => void} act
 * @param {boolean} [primary]
 */
function button(name, label, act, primary = false) {
  return h(
    'button',
    { type: 'button', 'data-move': name, class: primary ? 'primary' : null, on: { click: act } },
    t(label),
  );
}

customElements.define('practice-view', PracticeView);
