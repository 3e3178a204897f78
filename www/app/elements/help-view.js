import { fill, h } from '../base/dom.js';
import { languages, t } from '../base/i18n.js';
import { readJson } from '../base/resources.js';
import { View } from './view.js';

/**
 * @typedef {object} Organisation As in www/data/help.json; docs/page.md says what belongs there.
 * @property {string} country ISO 3166-1 code of two letters, or `INT`.
 * @property {string} name
 * @property {('women' | 'men' | 'lgbtq')[]} [for] Whom it is there for, where it says so.
 * @property {('technology' | 'directory' | 'police')[]} [kind] What somebody should know before getting in touch.
 * @property {string} [phone]
 * @property {boolean} [always] Day and night.
 * @property {string} [sms]
 * @property {string} [word] What a text message has to say.
 * @property {string} [whatsapp]
 * @property {string} [website]
 * @property {string[]} [languages] BCP 47 tags.
 * @property {string} source Where these facts were read.
 * @property {string} date When, as `2026-06-21`.
 */

const INTERNATIONAL = 'INT';

/**
 * Organisations that help: those of the chosen country, and always those that are there for every country. No country is
 * chosen beforehand: a browser's language tells it wrongly too often (`en-US` is what many browsers say everywhere),
 * and a page that seems to know where somebody is would frighten.
 */
export class HelpView extends View {
  /** @type {Organisation[]} */
  #organisations = [];
  #country = '';
  #select = h('select', { id: 'help-country', on: { change: () => this.#choose() } });
  #here = h('div', { 'aria-live': 'polite' });
  #everywhere = h('div');

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
      h('p', null, t('help.traces')),
      h(
        'div',
        { class: 'field', hidden: this.#organisations.length === 0 },
        h('label', { for: 'help-country' }, t('help.country')),
        this.#select,
      ),
      h('p', { class: 'quiet' }, t('help.changes')),
      this.#here,
      this.#everywhere,
    );
    this.#drawCountries();
    this.#drawHere();
    fill(this.#everywhere, ...this.#group(INTERNATIONAL, t('help.international')));
  }

  #drawCountries() {
    const countries = [...new Set(this.#organisations.map(({ country }) => country))]
      .filter((country) => country !== INTERNATIONAL)
      .map((country) => ({ country, name: nameOf(country) }))
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
    this.#drawHere();
  }

  #drawHere() {
    fill(this.#here, ...(this.#country === '' ? [] : this.#group(this.#country, nameOf(this.#country))));
  }

  /**
   * @param {string} wanted
   * @param {string} title
   */
  #group(wanted, title) {
    const cards = this.#organisations.filter(({ country }) => country === wanted).map(card);
    return cards.length > 0 ? [h('h2', null, title), ...cards] : [];
  }
}

/** @param {string} country */
function nameOf(country) {
  return new Intl.DisplayNames(languages.current.tag, { type: 'region' }).of(country) ?? country;
}

/** @param {Organisation} one */
function card({
  name,
  for: whom = [],
  kind = [],
  phone,
  always = false,
  sms,
  word,
  whatsapp,
  website,
  languages: spoken = [],
  source,
  date,
}) {
  const names = new Intl.DisplayNames(languages.current.tag, { type: 'language', fallback: 'none' });
  // A browser that has no name for a language would show its code, which says nothing.
  const named = spoken.map((tag) => names.of(tag)).filter((language) => language !== undefined);
  const traits = [
    ...whom.map((group) => t(`help.for.${group}`)),
    ...kind.map((what) => t(`help.kind.${what}`)),
    ...(always ? [t('help.always')] : []),
  ];
  return h(
    'article',
    { class: 'card' },
    h('h3', null, h('bdi', null, name)),
    traits.length > 0 && h('p', null, traits.join(' · ')),
    phone !== undefined && h('p', null, t('help.phone'), ' ', number('tel', phone)),
    sms !== undefined &&
      h('p', null, t('help.sms'), ' ', number('sms', sms), word !== undefined && ` · ${t('help.word', { word })}`),
    whatsapp !== undefined && h('p', null, t('help.whatsapp'), ' ', h('bdi', { dir: 'ltr' }, whatsapp)),
    website !== undefined &&
      h(
        'p',
        null,
        h('a', { href: website, target: '_blank', rel: 'noopener noreferrer', dir: 'ltr' }, new URL(website).host),
      ),
    named.length > 0 && h('p', null, t('help.languages', { languages: languages.list(named) })),
    h('p', { class: 'quiet' }, t('help.source', { source: new URL(source).host, date: languages.day(date) })),
  );
}

/**
 * @param {'tel' | 'sms'} scheme
 * @param {string} digits
 */
function number(scheme, digits) {
  return h('a', { href: `${scheme}:${digits.replaceAll(/[^+\d]/g, '')}`, dir: 'ltr' }, digits);
}

customElements.define('help-view', HelpView);
