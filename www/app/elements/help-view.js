import { fill, h } from '../dom.js';
import { languages, t } from '../i18n.js';
import { readJson } from '../resources.js';
import { View } from './view.js';

/**
 * @typedef {object} Organisation As in www/data/help.json; docs/page.md says what belongs there.
 * @property {string} country ISO 3166-1 code of two letters, or `INT`.
 * @property {string} name
 * @property {string} [phone]
 * @property {string} [website]
 * @property {string[]} [languages] BCP 47 tags.
 * @property {string} source Where these facts were read.
 * @property {string} date When, as `2026-06-21`.
 */

/** Organisations that help, by country. */
export class HelpView extends View {
  /** @type {Organisation[]} */
  #organisations = [];
  #country = '';
  #select = h('select', { id: 'help-country', on: { change: () => this.#choose() } });
  #list = h('div', { 'aria-live': 'polite' });

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    readJson('data/help.json').then((/** @type {{ organisations: Organisation[] }} */ data) => {
      this.#organisations = data.organisations;
      this.render();
    });
  }

  /** @override */
  render() {
    fill(
      this,
      h('h1', null, t('help.title')),
      h('p', null, t('help.device')),
      h('p', null, t('help.plan')),
      h('p', null, t('help.emergency')),
      h('div', { class: 'field', hidden: this.#organisations.length === 0 }, h('label', { for: 'help-country' }, t('help.country')), this.#select),
      this.#list,
    );
    this.#drawCountries();
    this.#drawList();
  }

  #drawCountries() {
    const names = new Intl.DisplayNames(languages.current.tag, { type: 'region' });
    const countries = [...new Set(this.#organisations.map(({ country }) => country))]
      .map((country) => ({ country, name: country === 'INT' ? t('help.international') : (names.of(country) ?? country) }))
      .sort((one, other) => one.name.localeCompare(other.name, languages.current.tag));
    fill(
      this.#select,
      h('option', { value: '' }, t('help.choose')),
      ...countries.map(({ country, name }) => h('option', { value: country }, name)),
    );
    this.#select.value = this.#country;
  }

  #choose() {
    this.#country = this.#select.value;
    this.#drawList();
  }

  #drawList() {
    const here = this.#organisations.filter(({ country }) => country === this.#country);
    fill(this.#list, ...here.map(card));
  }
}

/** @param {Organisation} one */
function card({ name, phone, website, languages: spoken = [], source, date }) {
  const names = new Intl.DisplayNames(languages.current.tag, { type: 'language' });
  return h(
    'article',
    { class: 'card' },
    h('h2', { dir: 'auto' }, name),
    phone !== undefined && h('p', null, t('help.phone'), ' ', h('a', { href: `tel:${phone.replaceAll(/[^+\d]/g, '')}`, dir: 'ltr' }, phone)),
    website !== undefined &&
      h('p', null, h('a', { href: website, target: '_blank', rel: 'noopener noreferrer', dir: 'ltr' }, new URL(website).host)),
    spoken.length > 0 && h('p', null, t('help.languages', { languages: languages.list(spoken.map((tag) => names.of(tag) ?? tag)) })),
    h('p', { class: 'quiet' }, t('help.source', { source: new URL(source).host, date: languages.day(date) })),
  );
}

customElements.define('help-view', HelpView);
