import { code, fill, h } from '../base/dom.js';
import { languages, t } from '../base/i18n.js';
import { printable } from '../base/printable.js';
import { age } from '../lists/age.js';
import { database } from '../lists/database.js';
import { View } from './view.js';

/** @typedef {import('../lists/own-lists.js').Entry} Entry */
/** @typedef {import('../lists/own-lists.js').OwnLists} OwnLists */
/** @typedef {import('../lists/own-lists.js').Told} Told */

/** What a family may be, worst first. */
export const CLASSES = ['stalkerware', 'watchware', 'dual-use'];

/** One file that the visitor brought: what it is, what of it is used, what is not and why. */
export class ListEntry extends View {
  #entry;
  #lists;
  #remove;
  /** What is drawn. */
  #drawn = '';

  /**
   * @param {Entry} entry
   * @param {OwnLists} lists
   * @param {() => void} remove
   */
  constructor(entry, lists, remove) {
    super();
    this.#entry = entry;
    this.#lists = lists;
    this.#remove = remove;
  }

  update() {
    const { state, class: assumed } = this.#entry;
    if (this.#drawn === `${state} ${assumed}`) return;
    const focused = this.querySelector('select') === document.activeElement;
    this.render();
    if (focused) this.querySelector('select')?.focus();
  }

  /** @override */
  render() {
    const { state, class: assumed, name, told, kind, refusal } = this.#entry;
    this.#drawn = `${state} ${assumed}`;
    this.dataset.state = state;
    const remove = h(
      'button',
      {
        type: 'button',
        class: 'small',
        'aria-label': t('lists.remove-one', { name: printable(name) }),
        on: { click: () => this.#remove() },
      },
      t('lists.remove'),
    );
    fill(
      this,
      h('div', { class: 'list-head' }, h('h3', null, code(name)), remove),
      state === 'reading' && h('p', { class: 'quiet' }, t('lists.reading')),
      state === 'refused' && refusal && refused(refusal),
      state === 'used' && kind === 'rules' && h('p', null, t('lists.rules-used', { count: this.#entry.rules })),
      state === 'used' && this.#entry.leftOut.length > 0 && leftOut(this.#entry.leftOut),
      state !== 'refused' && told && this.#told(told),
    );
  }

  /** @param {Told} told */
  #told({ format, used, skipped, named, remarks = [], class_assumed: assumed, publisher, contents }) {
    const is = format === 'pack';
    return h(
      'div',
      null,
      h('p', null, languages.term('form', format), ' · ', t('lists.used', { count: used })),
      is && (publisher ? this.#publisher(publisher) : h('p', null, t('lists.unsigned'))),
      h(
        'dl',
        { class: 'facts' },
        is && fact(t('lists.version'), code(contents.version)),
        fact(t('lists.date'), `${languages.day(contents.date)} (${age(contents.date)})`),
        ...CLASSES.filter((one) => contents.families[one]).map((one) =>
          fact(
            t('lists.families', { class: languages.term('class', one) }),
            languages.number(contents.families[one] ?? 0),
          ),
        ),
      ),
      database.isOld(contents.date) && h('p', null, t('lists.old')),
      assumed > 0 && this.#class(assumed),
      used === 0 && h('p', null, t('lists.nothing-now')),
      ...remarks.map((one) =>
        values('remark', t(`lists.remark.${one.remark}`, { count: one.count }), one.count, one.named),
      ),
      skipped > 0 && values('skipped', t('lists.skipped', { count: skipped }), skipped, named),
    );
  }

  /** @param {string} key */
  #publisher(key) {
    const known = this.#lists.publisher(key);
    return h(
      'div',
      null,
      h('p', null, known ? t('lists.signed-by', { name: known.name }) : t('lists.signed-unknown')),
      h('p', { class: 'quiet' }, t('lists.key'), ' ', code(key)),
    );
  }

  /** @param {number} count */
  #class(count) {
    const id = `class-of-${this.#entry.id}`;
    /** @type {HTMLSelectElement} */
    const select = h(
      'select',
      { id, on: { change: () => this.#lists.setClass(this.#entry, select.value) } },
      ...CLASSES.map((one) =>
        h('option', { value: one, selected: one === this.#entry.class }, languages.term('class', one)),
      ),
    );
    return h('div', { class: 'field' }, h('label', { for: id }, t('lists.class', { count })), select);
  }
}

/** @param {Entry['leftOut']} rules */
function leftOut(rules) {
  return h(
    'p',
    null,
    t('lists.rules-left-out', { rules: rules.map(({ rule, module }) => `${rule} (${module})`).join(', ') }),
  );
}

/**
 * Values of a list, each with what the core says of it.
 *
 * @param {string} kind
 * @param {string} summary
 * @param {number} count
 * @param {Told['named']} named
 */
function values(kind, summary, count, named) {
  const more = count - named.length;
  return h(
    'details',
    { class: kind },
    h('summary', null, summary),
    h(
      'ul',
      { class: 'names' },
      // The reasons are the core's own words.
      ...named.map(({ place, value, reason }) =>
        h('li', { lang: 'en', dir: 'ltr' }, `${place}: `, code(value), ` – ${reason}`),
      ),
    ),
    more > 0 && h('p', { class: 'quiet' }, t('lists.more', { count: more })),
  );
}

/**
 * @param {string} term
 * @param {Node | string} value
 */
export function fact(term, value) {
  return h('div', null, h('dt', null, term), h('dd', null, value));
}

/** Mistakes in rules: file, line, column, and what is wrong. */
const MISTAKE = /^.*?:(\d+):(\d+): (.*)$/;

/** Refusals whose sentence says all that the core says. */
const SAID = [
  'too-large',
  'not-text',
  'signature-does-not-hold',
  'signature-damaged',
  'stuck',
  'unreadable',
  'web-page',
  'own-report',
  'stix-1',
  'yara-rules',
  'other-json',
];

/** @param {NonNullable<Entry['refusal']>} refusal */
function refused({ code: why, message }) {
  const mistakes = message.split('\n').map((line) => MISTAKE.exec(line));
  if (mistakes.every((mistake) => mistake !== null)) {
    return h(
      'div',
      null,
      h('p', null, t('lists.refused.rules')),
      h(
        'ul',
        { class: 'notes' },
        ...mistakes.map(([, line = '', column = '', problem = '']) =>
          h(
            'li',
            null,
            t('lists.mistake', { line, column }),
            ' ',
            h('span', { lang: 'en', dir: 'ltr' }, printable(problem)),
          ),
        ),
      ),
    );
  }
  const key = `lists.refused.${why}`;
  const known = languages.message(key) !== undefined;
  return h(
    'div',
    null,
    h('p', null, known ? t(`lists.refused.${why}`) : t('lists.refused.other')),
    !SAID.includes(why) &&
      message !== '' &&
      h('p', { class: 'quiet' }, h('span', { lang: 'en', dir: 'ltr' }, printable(message))),
  );
}

customElements.define('list-entry', ListEntry);
