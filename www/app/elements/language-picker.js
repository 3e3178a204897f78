import { fill, h } from '../base/dom.js';
import { languages, t } from '../base/i18n.js';
import { View } from './view.js';

/** The choice of language, each named in itself. Kept in memory only, like everything else. */
export class LanguagePicker extends View {
  #select = h('select', { id: 'language', on: { change: () => languages.choose(this.#select.value) } });

  /** @override */
  render() {
    const options = languages.all.map(({ tag, name, dir }) => h('option', { value: tag, lang: tag, dir }, name));
    this.#select.replaceChildren(...options);
    this.#select.value = languages.current.tag;
    this.hidden = options.length < 2;
    if (this.#select.isConnected) this.#select.labels[0]?.replaceChildren(t('language.label'));
    else fill(this, h('label', { for: 'language', class: 'visually-hidden' }, t('language.label')), this.#select);
  }
}

customElements.define('language-picker', LanguagePicker);
