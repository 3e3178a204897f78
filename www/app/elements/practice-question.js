import { fill, h } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { View } from './view.js';

/** @typedef {import('../practice/steps.js').Question} Question */

/** One question of the practice. The answer is shown when asked for, with the reasons for and against every option. */
export class PracticeQuestion extends View {
  #step;
  #question;
  #look;
  #chosen = '';
  #shown = false;
  #feedback = h('p', { class: 'feedback', role: 'status' });

  /**
   * @param {string} step
   * @param {Question} question
   * @param {(part: string, from: PracticeQuestion) => void} look Leads to the part of the result that shows why.
   */
  constructor(step, question, look) {
    super();
    this.#step = step;
    this.#question = question;
    this.#look = look;
  }

  /** Brings the keyboard back to the question. */
  focusQuestion() {
    this.querySelector('legend')?.focus({ preventScroll: true });
    this.scrollIntoView({ block: 'start' });
  }

  /** @override */
  render() {
    const step = this.#step;
    const { id: question, options } = this.#question;
    fill(
      this,
      h(
        'fieldset',
        { class: this.#shown ? 'question answered' : 'question' },
        h('legend', { tabindex: -1 }, t(`practice.${step}.${question}.ask`)),
        ...options.map((option) => this.#option(step, question, option)),
      ),
      this.#feedback,
      h(
        'div',
        { class: 'row' },
        h(
          'button',
          { type: 'button', class: 'show', 'aria-expanded': String(this.#shown), on: { click: () => this.#toggle() } },
          t(this.#shown ? 'practice.hide' : 'practice.show'),
        ),
        this.#shown &&
          h(
            'button',
            { type: 'button', class: 'look', on: { click: () => this.#look(this.#question.part, this) } },
            t('practice.look'),
          ),
      ),
    );
    this.#tell();
  }

  /**
   * @param {string} step
   * @param {string} question
   * @param {string} option
   */
  #option(step, question, option) {
    const id = `${step}-${question}-${option}`;
    const best = option === this.#question.best;
    const radio = h('input', {
      type: 'radio',
      id,
      name: `${step}-${question}`,
      value: option,
      checked: option === this.#chosen,
      autocomplete: 'off',
      'aria-describedby': this.#shown && `${id}-why`,
      on: { change: () => this.#choose(option) },
    });
    return h(
      'div',
      { class: this.#shown && best ? 'option best' : 'option' },
      radio,
      h('label', { for: id }, t(`practice.${step}.${question}.${option}`)),
      this.#shown &&
        h(
          'p',
          { class: 'why', id: `${id}-why` },
          best && h('strong', null, t('practice.best'), ' '),
          t(`practice.${step}.${question}.${option}.why`),
        ),
    );
  }

  /**
   * A browser writes to the disk, for a restart, what differs from a field's first state: here nothing ever does.
   *
   * @param {string} option
   */
  #choose(option) {
    this.#chosen = option;
    for (const radio of this.querySelectorAll('input')) radio.defaultChecked = radio.checked;
    this.#tell();
  }

  #toggle() {
    this.#shown = !this.#shown;
    this.render();
    this.querySelector('button')?.focus();
  }

  #tell() {
    this.#feedback.textContent = this.#shown ? t(`practice.feedback.${this.#judged()}`) : '';
  }

  #judged() {
    if (this.#chosen === '') return 'open';
    return this.#chosen === this.#question.best ? 'fits' : 'not-quite';
  }
}

customElements.define('practice-question', PracticeQuestion);
