/** The core's code and its database: fetched once, kept in the page's memory, handed to every worker. */

import { readBytes, workerAddress } from './resources.js';

/**
 * What files are compared with beside the database and the rules that come with the page.
 *
 * @typedef {object} Lists
 * @property {{ name: string, bytes: Uint8Array, date: string }[]} indicators Files of indicators, with the date of
 *   their state as `2026-06-21`.
 * @property {[name: string, text: string][]} rules Files of YARA rules.
 */

/** @type {Lists} */
const NONE = { indicators: [], rules: [] };

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
   * A worker that takes files at once: what it must do first lies before them in its message queue.
   *
   * @param {Lists} [lists] All of them must be such that the core takes them: otherwise every file fails.
   */
  createWorker(lists = NONE) {
    const worker = new Worker(this.#address);
    worker.postMessage({ type: 'start', module: this.#module, database: this.#database, ...lists });
    return worker;
  }
}
