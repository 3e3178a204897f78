/** A few workers and a queue before them. */

/**
 * @typedef {object} Task One file to check, and who wants to know.
 * @property {number} id
 * @property {File} file
 * @property {File} [idsig] Its APK Signature Scheme v4 file.
 * @property {() => void} started
 * @property {(phase: string, done: number, total: number) => void} progressed
 * @property {(json: string) => void} finished
 * @property {(message: string) => void} failed
 */

/** More workers than this gain nothing: reading the disk becomes the limit, and each holds a database. */
const MAX_WORKERS = 4;

export class Pool {
  #createWorker;
  #size;
  /** @type {Task[]} */
  #queue = [];
  /** @type {Worker[]} */
  #idle = [];
  /** @type {Map<number, { worker: Worker, task: Task }>} */
  #running = new Map();
  #paused = false;

  /**
   * @param {() => Worker} createWorker
   * @param {number} [size]
   */
  constructor(createWorker, size = Math.min(navigator.hardwareConcurrency || 1, MAX_WORKERS)) {
    this.#createWorker = createWorker;
    this.#size = size;
  }

  get paused() {
    return this.#paused;
  }

  /** @param {Task} task */
  add(task) {
    this.#queue.push(task);
    this.#next();
  }

  /** Starts no further file; those being checked are finished. */
  pause() {
    this.#paused = true;
  }

  resume() {
    this.#paused = false;
    this.#next();
  }

  /**
   * Forgets a task. The core cannot be interrupted: its worker is ended, and the next file gets a new one.
   *
   * @param {number} id
   */
  cancel(id) {
    this.#queue = this.#queue.filter((task) => task.id !== id);
    this.#running.get(id)?.worker.terminate();
    this.#running.delete(id);
    this.#next();
  }

  cancelAll() {
    this.#queue = [];
    for (const { worker } of this.#running.values()) worker.terminate();
    this.#running.clear();
    this.#paused = false;
  }

  #next() {
    while (!this.#paused && this.#running.size < this.#size) {
      const task = this.#queue.shift();
      if (!task) return;
      this.#run(task, this.#idle.pop() ?? this.#createWorker());
    }
  }

  /**
   * @param {Task} task
   * @param {Worker} worker
   */
  #run(task, worker) {
    this.#running.set(task.id, { worker, task });
    worker.onmessage = ({ data }) => {
      if (data.type === 'progress') task.progressed(data.phase, data.done, data.total);
      else if (data.type === 'report') this.#end(task, worker, () => task.finished(data.json));
      else this.#fail(task, worker, data.message);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(task, worker, event.message);
    };
    task.started();
    worker.postMessage({ type: 'check', id: task.id, file: task.file, name: task.file.name, idsig: task.idsig });
  }

  /**
   * @param {Task} task
   * @param {Worker} worker
   * @param {() => void} tell
   */
  #end(task, worker, tell) {
    this.#running.delete(task.id);
    this.#idle.push(worker);
    tell();
    this.#next();
  }

  /**
   * A core that failed once may be in any state: its worker is not used again.
   *
   * @param {Task} task
   * @param {Worker} worker
   * @param {string} message
   */
  #fail(task, worker, message) {
    worker.terminate();
    this.#running.delete(task.id);
    task.failed(message);
    this.#next();
  }
}
