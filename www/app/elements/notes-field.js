import { fill, h } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { View } from './view.js';

/** @typedef {import('../session/session.js').Result} Result */

/**
 * The advocate's own notes on one app, for the printed report. Not a form field: browsers write what is typed into
 * form fields to the disk, to bring it back after a crash, and may send it to a spelling service.
 */
export class NotesField extends View {
  #result;

  /** @param {Result} result */
  constructor(result) {
    super();
    this.#result = result;
  }

  /** @override */
  render() {
    const title = `notes-title-${this.#result.id}`;
    const hint = `notes-hint-${this.#result.id}`;
    const field = h('div', {
      class: 'notes-field',
      role: 'textbox',
      tabindex: 0,
      contenteditable: 'plaintext-only',
      spellcheck: 'false',
      autocorrect: 'off',
      dir: 'auto',
      'aria-multiline': 'true',
      'aria-labelledby': title,
      'aria-describedby': hint,
      on: { input: () => (this.#result.notes = field.innerText.trimEnd()) },
    });
    field.textContent = this.#result.notes;
    fill(this, h('h3', { id: title }, t('notes.title')), h('p', { class: 'quiet', id: hint }, t('notes.hint')), field);
  }
}

customElements.define('notes-field', NotesField);
