import { fill, h } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { fromDrop, fromInput } from '../session/intake.js';
import { View } from './view.js';

/** @typedef {import('../session/intake.js').Found} Found */

/**
 * Takes files: by two buttons, and by a drop anywhere on the page. A drop that missed a zone would make the browser
 * open the file instead, and everything that stood on the page would be gone.
 */
export class FileIntake extends View {
  #take;
  #files = this.#input(false);
  #folder = this.#input(true);

  /** @param {(found: Found[], failed: number) => void} take With the number of those that could not be opened. */
  constructor(take) {
    super();
    this.#take = take;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    for (const [type, listener] of this.#listeners) document.addEventListener(type, listener);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    for (const [type, listener] of this.#listeners) document.removeEventListener(type, listener);
  }

  /** @override */
  render() {
    fill(
      this,
      h(
        'div',
        { class: 'zone' },
        h('p', { class: 'zone-title' }, t('intake.title')),
        h('p', { class: 'zone-hint' }, t('intake.kinds')),
        h(
          'div',
          { class: 'row' },
          this.#button('primary', t('intake.files'), this.#files),
          this.#button('', t('intake.folder'), this.#folder),
        ),
        this.#files,
        this.#folder,
      ),
    );
  }

  /**
   * @param {string} kind
   * @param {string} label
   * @param {HTMLInputElement} input
   */
  #button(kind, label, input) {
    return h('button', { type: 'button', class: kind, on: { click: () => input.click() } }, label);
  }

  /**
   * The inputs are behind buttons: their own faces cannot be translated.
   *
   * @param {boolean} folder
   */
  #input(folder) {
    /** @type {HTMLInputElement} */
    const input = h('input', {
      type: 'file',
      multiple: true,
      webkitdirectory: folder,
      hidden: true,
      on: {
        change: () => {
          this.#take(fromInput(input.files ?? []), 0);
          // The same file can be chosen again.
          input.value = '';
        },
      },
    });
    return input;
  }

  /** @type {[string, (event: any) => void][]} */
  #listeners = [
    ['dragenter', () => this.classList.add('over')],
    // Without a related target, the pointer has left the window and not only one of its elements.
    ['dragleave', (/** @type {DragEvent} */ event) => event.relatedTarget ?? this.classList.remove('over')],
    ['dragover', (/** @type {DragEvent} */ event) => event.preventDefault()],
    [
      'drop',
      async (/** @type {DragEvent} */ event) => {
        this.classList.remove('over');
        // Another section may have taken it.
        if (event.defaultPrevented || !event.dataTransfer) return;
        event.preventDefault();
        const { found, failed } = await fromDrop(event.dataTransfer);
        this.#take(found, failed);
      },
    ],
  ];
}

customElements.define('file-intake', FileIntake);
