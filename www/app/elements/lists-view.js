import { code, fill, h } from '../base/dom.js';
import { languages, t } from '../base/i18n.js';
import { age } from '../lists/age.js';
import { database } from '../lists/database.js';
import { CLASSES, fact, ListEntry } from './list-entry.js';
import { View } from './view.js';

/** @typedef {import('../lists/own-lists.js').OwnLists} OwnLists */

/** What files are compared with: the lists that come with the page, and those that the visitor brings. */
export class ListsView extends View {
  #lists;
  #builtIn = h('section');
  #own = h('section');
  #entries = h('div');
  #removeAll = h('button', { type: 'button', 'data-act': 'remove-all', on: { click: () => this.#clear() } });
  #message = h('p', { class: 'message', role: 'status' });
  /** @type {Map<number, ListEntry>} */
  #shown = new Map();
  /** @type {HTMLInputElement} */
  #input = h('input', { type: 'file', multiple: true, hidden: true, on: { change: () => this.#choose() } });

  /** @param {OwnLists} lists */
  constructor(lists) {
    super();
    this.#lists = lists;
    lists.addEventListener('change', () => this.#update());
    database.known.then(() => this.isConnected && this.#drawBuiltIn());
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('drop', this.#drop, { capture: true });
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('drop', this.#drop, { capture: true });
  }

  /** @override */
  render() {
    fill(this, h('h1', null, t('lists.title')), h('p', null, t('lists.intro')), this.#builtIn, this.#own);
    this.#drawBuiltIn();
    const take = h(
      'button',
      { type: 'button', 'data-act': 'choose', on: { click: () => this.#input.click() } },
      t('lists.choose'),
    );
    fill(
      this.#own,
      h('h2', null, t('lists.own')),
      h('p', null, t('lists.own-use')),
      h('p', null, t('lists.own-trust')),
      h('div', { class: 'zone list-zone' }, h('p', { class: 'zone-hint' }, t('lists.forms')), take),
      this.#input,
      this.#message,
      this.#entries,
      this.#removeAll,
    );
    this.#update();
  }

  #drawBuiltIn() {
    const { info } = database;
    if (!info) return;
    const { version, date, families, indicators, sources } = info.database;
    fill(
      this.#builtIn,
      h('h2', null, t('lists.built-in')),
      h(
        'dl',
        { class: 'facts' },
        fact(t('lists.version'), code(version)),
        fact(t('lists.date'), `${languages.day(date)} (${age(date)})`),
        ...CLASSES.map((one) =>
          fact(t('lists.families', { class: languages.term('class', one) }), languages.number(families[one] ?? 0)),
        ),
        fact(t('lists.marks'), languages.number(sum(indicators))),
        fact(t('lists.rules'), languages.number(info.rules.count)),
      ),
      database.isOld(date) && h('p', { class: 'message' }, t('age.old')),
      h(
        'details',
        null,
        h('summary', null, t('lists.kinds')),
        h(
          'dl',
          { class: 'facts' },
          ...Object.entries(indicators).map(([kind, count]) =>
            fact(languages.term('kind', kind), languages.number(count)),
          ),
        ),
      ),
      h('h3', null, t('lists.sources')),
      h(
        'ul',
        { class: 'notes' },
        ...sources.map((source) =>
          h(
            'li',
            null,
            h('span', { dir: 'auto', lang: 'en' }, source.title || source.name),
            ` · ${languages.day(source.date)}`,
            source.licence !== '' && ' · ',
            source.licence !== '' && h('span', { class: 'licence' }, source.licence),
            source.url !== '' && h('div', { class: 'quiet' }, code(source.url)),
          ),
        ),
      ),
    );
  }

  #update() {
    const { entries } = this.#lists;
    const known = new Set(entries.map(({ id }) => id));
    for (const id of this.#shown.keys()) if (!known.has(id)) this.#shown.delete(id);
    for (const entry of entries) {
      const shown = this.#shown.get(entry.id);
      if (shown) shown.update();
      else this.#shown.set(entry.id, new ListEntry(entry, this.#lists, () => this.#remove(entry)));
    }
    const elements = [...this.#shown.values()];
    const unchanged = elements.every((element, at) => element === this.#entries.children[at]);
    // An element that is put in anew loses the focus.
    if (!unchanged || this.#entries.childElementCount !== elements.length) fill(this.#entries, ...elements);
    this.#removeAll.textContent = t('lists.remove-all');
    this.#removeAll.hidden = entries.length < 2;
    if (entries.length > 0) this.#message.textContent = this.#state();
  }

  #state() {
    const { entries } = this.#lists;
    if (entries.some(({ state }) => state === 'reading')) return t('lists.reading');
    const used = entries.filter(({ state }) => state === 'used').length;
    return t('lists.in-use', { used, count: entries.length });
  }

  /** @param {import('../lists/own-lists.js').Entry} entry */
  #remove(entry) {
    this.#lists.remove(entry);
    this.#told(t('lists.removed', { name: entry.name }));
  }

  #clear() {
    this.#lists.clear();
    this.#told(t('lists.removed-all'));
  }

  /** What was pressed is gone: the focus goes to where more can be chosen. @param {string} message */
  #told(message) {
    this.#message.textContent = message;
    /** @type {HTMLElement | null} */ (this.querySelector('[data-act=choose]'))?.focus();
  }

  #choose() {
    this.#lists.add(Array.from(this.#input.files ?? []));
    // The same file can be chosen again.
    this.#input.value = '';
  }

  /** While this section is shown, what is dropped anywhere is a list. */
  #drop = (/** @type {DragEvent} */ event) => {
    if (this.closest('[hidden]') || !event.dataTransfer) return;
    event.preventDefault();
    this.#lists.add(Array.from(event.dataTransfer.files));
  };
}

/** @param {Record<string, number>} counts */
function sum(counts) {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

customElements.define('lists-view', ListsView);
