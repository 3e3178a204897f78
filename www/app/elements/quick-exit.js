import { fill, h } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { View } from './view.js';

/** An ordinary page that nobody wonders at. */
const ELSEWHERE = 'https://www.wikipedia.org/';

/** Within how many milliseconds the key must be pressed twice. */
const DOUBLE_PRESS = 1500;

/**
 * Leaves at once: by the button, or by pressing Escape twice. What stands on the page goes first, as loading another
 * one may take a while; the address is replaced, so that Back does not lead here again.
 */
export class QuickExit extends View {
  #leave;
  #pressedAt = -Infinity;

  /** @param {() => void} leave Called first: forgets everything. */
  constructor(leave) {
    super();
    this.#leave = leave;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('keydown', this.#pressed);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#pressed);
  }

  /** @param {KeyboardEvent} event */
  #pressed = (event) => {
    if (event.key !== 'Escape' || event.repeat) return;
    if (event.timeStamp - this.#pressedAt < DOUBLE_PRESS) this.leave();
    this.#pressedAt = event.timeStamp;
  };

  leave() {
    this.#leave();
    document.body.replaceChildren();
    document.title = '\u00a0';
    location.replace(navigator.onLine ? ELSEWHERE : 'about:blank');
  }

  /** @override */
  render() {
    fill(
      this,
      h(
        'button',
        { type: 'button', class: 'exit', title: t('exit.hint'), on: { click: () => this.leave() } },
        t('exit.button'),
        h('span', { class: 'visually-hidden' }, ` (${t('exit.hint')})`),
      ),
    );
  }
}

customElements.define('quick-exit', QuickExit);
