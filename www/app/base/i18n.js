/** What the page says, in the chosen language: messages by key, plurals, numbers, dates, the core's notes. */

import { readJson } from './resources.js';

/** @typedef {string | Record<string, string>} Message A sentence, or one for each of the language's plural categories. */
/** @typedef {Record<string, string | number>} Values */
/** @typedef {{ tag: string, name: string, dir: 'ltr' | 'rtl' }} Language */
/** @typedef {{ text: string, lang: string | null }} Said A sentence, and its language where it is not the page's. */

/** The language that every message exists in. */
const FALLBACK = 'en';

/** @type {Language} */
const ENGLISH = { tag: FALLBACK, name: 'English', dir: 'ltr' };

/** The file of each other language with the core's sentences; in English the core says them itself. */
const CORE = 'core';

/** Keeps a name that is put into a right-to-left sentence from being torn apart (Unicode Standard Annex #9). */
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
   * Loads every language, so that switching needs no network later, and chooses the one that the browser asks for.
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
   * The message under `key`, with `{placeholders}` filled; `count` among the values chooses the plural form.
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
   * A word of the report's vocabulary (a kind, a class, a reason why a match proves less); one that a newer core has
   * and the page does not know is shown as it is.
   *
   * @param {string} prefix
   * @param {string} word
   */
  term(prefix, word) {
    const key = `${prefix}.${word}`;
    return this.message(key) === undefined && this.message(key, FALLBACK) === undefined ? word : this.t(key);
  }

  /**
   * The same in English, whatever the page's language: for what is written into a report.
   *
   * @param {string} key
   * @param {Values} values
   */
  english(key, values) {
    return this.#say(this.message(key, FALLBACK) ?? key, values, ENGLISH);
  }

  /**
   * A sentence of the core: in the page's language where it has been translated, and as the core says it otherwise.
   *
   * @param {import('../types/report.js').Note} note
   * @returns {Said}
   */
  note(note) {
    const { ways, ...values } = note.values ?? {};
    // Codes of capabilities, whose sentences stand in for them.
    const sentences = ways?.split(' ').map((code) => this.message(`capability.${code}`));
    if (sentences?.some((sentence) => typeof sentence !== 'string')) return this.#core('', {}, note.text);
    const said = this.#core(
      `note.${note.code}`,
      sentences ? { ...values, ways: sentences.join(' ') } : values,
      note.text,
    );
    const { inside } = values;
    // In English, and where there is no translation, the core's sentence says so itself.
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
   * A date without a time, from `2026-06-21`; what is no date stays as it is.
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
   * A file's size in the unit that leaves a readable number.
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
   * A span of time, rounded to what matters to somebody who waits.
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
   * How long ago something was, in words.
   *
   * @param {number} count
   * @param {'day' | 'month' | 'year'} unit
   */
  ago(count, unit) {
    return new Intl.RelativeTimeFormat(this.current.tag, { numeric: 'auto' }).format(-count, unit);
  }

  /** @param {string[]} items */
  list(items) {
    return new Intl.ListFormat(this.current.tag, { type: 'conjunction' }).format(items);
  }
}

export const languages = new Languages();

/**
 * The message under `key` in the chosen language.
 *
 * @param {string} key
 * @param {Values} [values]
 */
export const t = (key, values) => languages.t(key, values);
