/** Formats what the page says in the chosen language: messages by key, plurals, numbers, dates, the core's notes. */

import { readJson } from './resources.js';

/** @typedef {string | Record<string, string>} Message A sentence, or one for each of the language's plural categories. */
/** @typedef {Record<string, string | number>} Values */
/** @typedef {{ tag: string, name: string, dir: 'ltr' | 'rtl' }} Language */
/** @typedef {{ text: string, lang: string | null }} Said A sentence, and its language where it is not the page's. */

/** The language that every message exists in. */
const FALLBACK = 'en';

/** @type {Language} */
const ENGLISH = { tag: FALLBACK, name: 'English', dir: 'ltr' };

/** The file with the core's sentences. Every language but English has one: a report holds the English sentences. */
const CORE = 'core';

/** These characters around a name keep a right-to-left sentence from reordering it (Unicode Standard Annex #9). */
const ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

class Languages extends EventTarget {
  /** @type {Language[]} */
  all = [];
  /** @type {Language} */
  current = ENGLISH;
  /** @type {Map<string, Record<string, Message>>} */
  #messages = new Map();

  /**
   * Loads every language, so that a later change needs no network. Chooses the one that the browser asks for.
   */
  async load() {
    /** @type {{ languages: Language[], files: string[] }} */
    const index = await readJson('locales/index.json');
    this.all = index.languages;
    await Promise.all(
      index.languages.map(async ({ tag }) => {
        const names = tag === FALLBACK ? index.files : [...index.files, CORE];
        const files = await Promise.all(names.map((file) => readJson(`locales/${tag}/${file}.json`)));
        this.#messages.set(tag, Object.assign({}, ...files));
      }),
    );
    this.choose(this.#preferred());
  }

  /** @param {string} tag */
  choose(tag) {
    const language = this.all.find((one) => one.tag === tag);
    if (!language) return;
    this.current = language;
    document.documentElement.lang = language.tag;
    document.documentElement.dir = language.dir;
    this.dispatchEvent(new Event('change'));
  }

  #preferred() {
    for (const wanted of navigator.languages) {
      const language = wanted.split('-')[0];
      if (this.#messages.has(wanted)) return wanted;
      if (language && this.#messages.has(language)) return language;
    }
    return FALLBACK;
  }

  /**
   * @param {string} key
   * @param {string} [tag]
   * @returns {Message | undefined}
   */
  message(key, tag = this.current.tag) {
    const messages = this.#messages.get(tag);
    return messages && Object.hasOwn(messages, key) ? messages[key] : undefined;
  }

  /**
   * Returns the message under `key` with its `{placeholders}` filled. The value `count` chooses the plural form.
   *
   * @param {string} key
   * @param {Values} [values]
   */
  t(key, values = {}) {
    const message = this.message(key);
    if (message !== undefined) return this.#say(message, values, this.current);
    const fallback = this.message(key, FALLBACK);
    return fallback === undefined ? key : this.#say(fallback, values, this.current);
  }

  /**
   * Returns the message for a word of the report's vocabulary: a kind, a class, a reason why a match proves less. A word
   * without a message is returned as it is.
   *
   * @param {string} prefix
   * @param {string} word
   */
  term(prefix, word) {
    const key = `${prefix}.${word}`;
    return this.message(key) === undefined && this.message(key, FALLBACK) === undefined ? word : this.t(key);
  }

  /**
   * Returns the English message under `key`, whatever the page's language. Reports are in English.
   *
   * @param {string} key
   * @param {Values} values
   */
  english(key, values) {
    return this.#say(this.message(key, FALLBACK) ?? key, values, ENGLISH);
  }

  /**
   * Returns a sentence of the core in the page's language. A sentence without a translation stays in English.
   *
   * @param {import('../types/report.js').Note} note
   * @returns {Said}
   */
  note(note) {
    const { ways, ...values } = note.values ?? {};
    // `ways` holds codes of capabilities. The sentences of these capabilities replace them.
    const sentences = ways?.split(' ').map((code) => this.message(`capability.${code}`));
    if (sentences?.some((sentence) => typeof sentence !== 'string')) return this.#core('', {}, note.text);
    const said = this.#core(
      `note.${note.code}`,
      sentences ? { ...values, ways: sentences.join(' ') } : values,
      note.text,
    );
    const { inside } = values;
    // The core's English sentence already names the place inside the file.
    if (inside === undefined || said.text === note.text) return said;
    const around = this.message('note.inside-app');
    if (around === undefined) return { text: note.text, lang: FALLBACK };
    return { ...said, text: this.#say(around, { inside, sentence: said.text }, this.current) };
  }

  /**
   * @param {import('../types/report.js').Capability} capability
   * @returns {Said}
   */
  capability(capability) {
    return this.#core(`capability.${capability.code}`, {}, capability.text);
  }

  /**
   * @param {string} key
   * @param {Values} values
   * @param {string} text
   * @returns {Said}
   */
  #core(key, values, text) {
    const message = this.message(key);
    if (message === undefined) return { text, lang: this.current.tag === FALLBACK ? null : FALLBACK };
    return { text: this.#say(message, values, this.current), lang: null };
  }

  /**
   * @param {Message} message
   * @param {Values} values
   * @param {Language} language
   */
  #say(message, values, language) {
    let text = typeof message === 'string' ? message : undefined;
    if (typeof message === 'object') {
      const category = new Intl.PluralRules(language.tag).select(Number(values.count));
      text = message[category] ?? message.other;
    }
    return (text ?? '').replace(/\{([a-z_]+)\}/g, (placeholder, name) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) return placeholder;
      if (typeof value === 'number') return this.number(value);
      return language.dir === 'rtl' ? ISOLATE + value + POP_ISOLATE : value;
    });
  }

  /** @param {number} value */
  number(value) {
    return new Intl.NumberFormat(this.current.tag).format(value);
  }

  /**
   * Formats a date such as `2026-06-21`, without a time. Anything else is returned as it is.
   *
   * @param {string} date
   */
  day(date) {
    const time = Date.parse(`${date}T00:00:00Z`);
    if (Number.isNaN(time)) return date;
    return new Intl.DateTimeFormat(this.current.tag, { dateStyle: 'long', timeZone: 'UTC' }).format(time);
  }

  /** @param {Date} date */
  moment(date) {
    return new Intl.DateTimeFormat(this.current.tag, { dateStyle: 'long', timeStyle: 'long' }).format(date);
  }

  /**
   * Formats a file's size, in the unit that gives a short number.
   *
   * @param {number} bytes
   */
  size(bytes) {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
    const step = Math.min(Math.max(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 0), units.length - 1);
    return new Intl.NumberFormat(this.current.tag, {
      style: 'unit',
      unit: units[step],
      unitDisplay: step === 0 ? 'long' : 'short',
      maximumFractionDigits: step === 0 ? 0 : 1,
    }).format(bytes / 1000 ** step);
  }

  /**
   * Formats a span of time: in seconds below 90 seconds, in minutes from there on.
   *
   * @param {number} seconds
   */
  span(seconds) {
    const minutes = seconds >= 90;
    return new Intl.NumberFormat(this.current.tag, {
      style: 'unit',
      unit: minutes ? 'minute' : 'second',
      unitDisplay: 'long',
      maximumFractionDigits: 0,
    }).format(Math.max(1, Math.round(minutes ? seconds / 60 : seconds)));
  }

  /**
   * Formats how long ago something was: `5 months ago`.
   *
   * @param {number} count
   * @param {'day' | 'month' | 'year'} unit
   */
  ago(count, unit) {
    return new Intl.RelativeTimeFormat(this.current.tag, { numeric: 'auto' }).format(-count, unit);
  }

  /** @param {string[]} items */
  choice(items) {
    return new Intl.ListFormat(this.current.tag, { type: 'disjunction' }).format(items);
  }

  /** @param {string[]} items */
  list(items) {
    return new Intl.ListFormat(this.current.tag, { type: 'conjunction' }).format(items);
  }
}

export const languages = new Languages();

/**
 * Returns the message under `key` in the chosen language.
 *
 * @param {string} key
 * @param {Values} [values]
 */
export const t = (key, values) => languages.t(key, values);
