/** Loads the core's code and its database once, keeps them in memory, and hands them to every worker. */

import { readBytes, workerAddress } from '../base/resources.js';

/** @typedef {import('../types/messages.js').CoreWorker} CoreWorker */
/** @typedef {import('../types/messages.js').Lists} Lists */
/** @typedef {import('../types/messages.js').Question} Question */

/**
 * The longest time without a sign of progress, in milliseconds. A worker that is silent for longer counts as stuck and is
 * ended.
 *
 * The core reports progress at every piece of the file that it reads and at every file inside. The longest silence is that
 * of the YARA rules over one large library, and of a worker's start with long lists. Both take seconds on a common
 * computer; this limit leaves twenty times as much to a slow one.
 */
export const MAX_SILENCE = 120_000;

/** @type {Lists} */
const NONE = { indicators: [], rules: [] };

/** Why the core gave no answer: its message, and a code where it has one. */
export class CoreError extends Error {
  /**
   * @param {string} message
   * @param {string} code
   */
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

export class Core {
  #module;
  #database;
  #address;

  /**
   * @param {WebAssembly.Module} module
   * @param {Uint8Array<ArrayBuffer>} database
   * @param {string} address The worker script's.
   */
  constructor(module, database, address) {
    this.#module = module;
    this.#database = database;
    this.#address = address;
  }

  static async load() {
    const [code, database, address] = await Promise.all([
      readBytes('apklens_core_bg.wasm'),
      readBytes('signatures.bin'),
      workerAddress(),
    ]);
    return new Core(await WebAssembly.compile(code), database, address);
  }

  /**
   * Creates a worker that takes files at once: the message that starts it is in its queue before them.
   *
   * @param {Lists} [lists] All of them must be such that the core takes them: otherwise every file fails.
   */
  createWorker(lists = NONE) {
    const worker = /** @type {CoreWorker} */ (new Worker(this.#address));
    worker.postMessage({ type: 'start', module: this.#module, database: this.#database, ...lists });
    return worker;
  }

  /**
   * Asks a question in a new worker, which is ended after its answer.
   *
   * @param {Question} question
   * @param {Lists} [lists]
   * @returns {Promise<string>} Rejected with a {@link CoreError}.
   */
  ask(question, lists) {
    return new Promise((resolve, reject) => {
      const worker = this.createWorker(lists);
      /** @param {string} message @param {string} code */
      const fail = (message, code) => {
        end();
        reject(new CoreError(message, code));
      };
      const silence = setTimeout(() => fail('', 'stuck'), MAX_SILENCE);
      const end = () => {
        clearTimeout(silence);
        worker.terminate();
      };
      worker.onmessage = ({ data }) => {
        if (data.type === 'failed') fail(data.message, data.code);
        if (data.type !== 'answer') return;
        end();
        resolve(data.answer);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        fail(event.message, '');
      };
      worker.postMessage({ type: 'ask', ...question });
    });
  }
}

/** @type {Promise<Core> | undefined} */
let loaded;

/** Returns the page's core, which the first call loads. */
export function theCore() {
  loaded ??= Core.load();
  return loaded;
}
