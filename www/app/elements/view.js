/** A custom element that says something in the chosen language: drawn when it appears and when the language changes. */

import { languages } from '../base/i18n.js';

export class View extends HTMLElement {
  #draw = () => this.render();

  connectedCallback() {
    languages.addEventListener('change', this.#draw);
    this.render();
  }

  disconnectedCallback() {
    languages.removeEventListener('change', this.#draw);
  }

  /** Draws the element's content; may be called at any time. */
  render() {}
}
