/** The core's code and its database: fetched once, kept in the page's memory, handed to every worker. */

import { readBytes, workerAddress } from './resources.js';

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

  /** A worker that takes files at once: what it must do first lies before them in its message queue. */
  createWorker() {
    const worker = new Worker(this.#address);
    worker.postMessage({ type: 'start', module: this.#module, database: this.#database });
    return worker;
  }
}
