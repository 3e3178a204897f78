/**
 * Holds the visitor's own lists of indicators and YARA rules. A worker reads each. They stay in the page's memory, and
 * every worker that checks files gets them.
 */

import { readJson } from '../base/resources.js';
import { CoreError } from '../core/core.js';

/** @typedef {import('../core/core.js').Core} Core */

/** The class of families without a class in a list, until the visitor chooses another. The command line has the same. */
const ASSUMED = 'stalkerware';

/** The core's message for a file of rules that includes a file which is not there. */
const NOT_GIVEN = /is not among the files that were given/;

/** The names of files of rules. All other files are read as indicators. */
const RULES = /\.yara?$/i;

/**
 * @typedef {object} Told What the core says of a list.
 * @property {string} format
 * @property {number} used
 * @property {number} skipped
 * @property {{ place: string, value: string, reason: string }[]} named The first of those that were skipped.
 * @property {{ remark: string, count: number, named: { place: string, value: string, reason: string }[] }[]} [remarks] What
 *   is to be known of values that are used.
 * @property {number} class_assumed How many values are of families that the file gives no class.
 * @property {string | null} publisher The key that signed it, in hexadecimal.
 * @property {import('./database.js').Contents} contents
 */

/**
 * @typedef {object} Entry One file.
 * @property {number} id
 * @property {File} file
 * @property {string} name
 * @property {'reading' | 'used' | 'refused'} state
 * @property {'indicators' | 'rules'} kind
 * @property {string} class The class of families that it gives none.
 * @property {Told | null} told Of indicators in use.
 * @property {number} rules How many rules there are in it.
 * @property {import('../types/report.js').SkippedRule[]} leftOut Rules in it that need a module that is not offered.
 * @property {{ code: string, message: string } | null} refusal
 * @property {Uint8Array} bytes
 */

/** @typedef {{ key: string, name: string }} Publisher */

/** Events: `change`. */
export class OwnLists extends EventTarget {
  /** @type {Entry[]} */
  entries = [];
  /** Whose signatures this page was set up to know. @type {Publisher[]} */
  publishers = [];
  #core;
  #nextId = 1;
  /** Files are tried one after the other, each together with those before it. */
  #work = Promise.resolve();

  /** @param {Core} core */
  constructor(core) {
    super();
    this.#core = core;
    this.#work = readJson('data/publishers.json').then(
      ({ publishers }) => {
        this.publishers = publishers;
      },
      // Without the file the page knows no publisher, and says so.
      () => {},
    );
  }

  /** What the workers are given. @returns {import('../types/messages.js').Lists} */
  get used() {
    const used = this.entries.filter(({ state }) => state === 'used');
    return {
      indicators: used.filter(({ kind }) => kind === 'indicators').map(asList),
      rules: used.filter(({ kind }) => kind === 'rules').map(asRules),
    };
  }

  /** A string that identifies the set of lists in use. */
  get key() {
    return this.entries
      .filter(({ state }) => state === 'used')
      .map(({ id, class: assumed }) => `${id}:${assumed}`)
      .join(' ');
  }

  /** @param {File[]} files */
  add(files) {
    for (const file of files) {
      /** @type {Entry} */
      const entry = {
        id: this.#nextId++,
        file,
        name: file.name,
        state: 'reading',
        kind: RULES.test(file.name) ? 'rules' : 'indicators',
        class: ASSUMED,
        told: null,
        rules: 0,
        leftOut: [],
        refusal: null,
        bytes: new Uint8Array(),
      };
      this.entries.push(entry);
      this.#queue(entry);
    }
    this.#changed();
  }

  /**
   * @param {Entry} entry
   * @param {string} assumed
   */
  setClass(entry, assumed) {
    Object.assign(entry, { class: assumed, state: 'reading' });
    this.#queue(entry);
    this.#changed();
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
    // Other files of rules may include it.
    if (entry.kind === 'rules') this.#again(({ kind, state }) => kind === 'rules' && state === 'used');
    this.#changed();
  }

  clear() {
    this.entries = [];
    this.#changed();
  }

  /** @param {string} key */
  publisher(key) {
    return this.publishers.find((publisher) => publisher.key === key) ?? null;
  }

  /** @param {Entry} entry */
  #queue(entry) {
    this.#work = this.#work.then(async () => {
      // The visitor removed it before its turn.
      if (!this.entries.includes(entry)) return;
      try {
        entry.bytes = new Uint8Array(await entry.file.arrayBuffer());
        await (entry.kind === 'rules' ? this.#tryRules(entry) : this.#tryIndicators(entry));
        Object.assign(entry, { state: 'used', refusal: null });
        // Files that include it were refused while it was missing.
        if (entry.kind === 'rules')
          this.#again(({ state, refusal }) => state === 'refused' && NOT_GIVEN.test(refusal?.message ?? ''));
      } catch (error) {
        const { message } = /** @type {Error} */ (error);
        const code = error instanceof CoreError ? error.code : 'unreadable';
        Object.assign(entry, { state: 'refused', refusal: { code, message }, bytes: new Uint8Array() });
      }
      this.#changed();
    });
  }

  /** @param {Entry} entry */
  async #tryIndicators(entry) {
    const { name, bytes, date, class: assumed = ASSUMED } = asList(entry);
    entry.told = JSON.parse(await this.#core.ask({ question: 'import', name, bytes, date, class: assumed }));
  }

  /** Rules have limits together, and so are compiled together. @param {Entry} entry */
  async #tryRules(entry) {
    const before = this.used.rules;
    const told = async (/** @type {[string, string][]} */ rules) => {
      const answer = await this.#core.ask({ question: 'info' }, { indicators: [], rules });
      return /** @type {import('./database.js').Rules} */ (JSON.parse(answer).rules);
    };
    const [all, others] = [await told([...before, asRules(entry)]), await told(before)];
    entry.rules = all.count - others.count;
    entry.leftOut = all.skipped.filter(({ file }) => file === entry.name);
  }

  /** Tries files once more. @param {(entry: Entry) => boolean} which */
  #again(which) {
    for (const entry of this.entries.filter(which)) {
      entry.state = 'reading';
      this.#queue(entry);
    }
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/** @param {Entry} entry */
function asList({ name, bytes, file, class: assumed }) {
  return { name, bytes, date: new Date(file.lastModified).toISOString().slice(0, 10), class: assumed };
}

/** @param {Entry} entry @returns {[string, string]} */
function asRules({ name, bytes }) {
  return [name, new TextDecoder().decode(bytes)];
}
