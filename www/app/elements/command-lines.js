import { fill, h } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { copy } from '../export/copy.js';
import { View } from './view.js';

/** @typedef {import('../guide/steps.js').Command} Command */

/** Commands to be typed on a computer, each with a button that copies it. */
export class CommandLines extends View {
  static #created = 0;
  #commands;
  #id = `commands-${CommandLines.#created++}`;

  /** @param {Command[]} commands */
  constructor(commands) {
    super();
    this.#commands = commands;
  }

  /** @override */
  render() {
    fill(this, ...this.#commands.map((command, at) => this.#line(command, `${this.#id}-${at}`)));
  }

  /**
   * @param {Command} command
   * @param {string} id
   */
  #line({ text, system }, id) {
    const button = h(
      'button',
      { type: 'button', class: 'small', 'aria-describedby': id, on: { click: () => copy(button, text, 'guide.copy') } },
      t('guide.copy'),
    );
    return h(
      'div',
      { class: system ? 'command' : 'command plain' },
      h('div', { class: 'command-head' }, system && h('span', null, t(`guide.system.${system}`)), button),
      h('pre', { id, dir: 'ltr', translate: 'no' }, h('code', null, text)),
    );
  }
}

customElements.define('command-lines', CommandLines);
