import { fill, h } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { View } from './view.js';

/** @typedef {import('../session/session.js').Session} Session */

/** Says when what is shown was compared with other lists than there are now, and checks it again. */
export class CheckAgain extends View {
  #session;
  #count = 0;

  /** @param {Session} session */
  constructor(session) {
    super();
    this.#session = session;
    for (const type of ['change', 'select']) session.addEventListener(type, () => this.#update());
  }

  /** The files in question: that of the app that is shown, or all. */
  get #outdated() {
    const { outdated, selected } = this.#session;
    return selected ? outdated.filter(({ results }) => results.includes(selected)) : outdated;
  }

  /** The session changes with every bit of progress; a button that is drawn anew loses the focus. */
  #update() {
    if (this.#outdated.length !== this.#count) this.render();
  }

  /** @override */
  render() {
    const count = this.#outdated.length;
    this.#count = count;
    this.hidden = count === 0;
    if (this.hidden) return fill(this);
    const again = () => this.#session.checkAgain(this.#outdated);
    fill(
      this,
      h(
        'div',
        { class: 'message check-again' },
        h('p', null, t(this.#session.selected ? 'again.one' : 'again.several')),
        h('button', { type: 'button', on: { click: again } }, t('again.check')),
      ),
    );
  }
}

customElements.define('check-again', CheckAgain);
