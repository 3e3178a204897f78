/** Runs a queue of files through a few workers. */

import { MAX_SILENCE } from './core.js';

/** @typedef {import('../types/messages.js').CoreWorker} CoreWorker */
/** @typedef {import('../types/messages.js').Phase} Phase */
/** @typedef {{ code: 'core-failed' | 'core-stuck', values: Record<string, string> }} Failure Why a file has no report. */

/**
 * @typedef {object} Task One file to check, and who wants to know.
 * @property {number} id
 * @property {File} file
 * @property {string} [path] Its path in the folder that it came with.
 * @property {File} [idsig] Its APK Signature Scheme v4 file.
 * @property {() => void} started
 * @property {(phase: Phase, done: number, total: number) => void} progressed
 * @property {(json: string) => void} finished With an array of reports.
 * @property {(why: Failure) => void} failed
 */

/** More workers than this gain nothing: reading the disk becomes the limit, and each worker holds a database. */
const MAX_WORKERS = 4;

export class Pool {
  #createWorker;
  #size;
  /** @type {Task[]} */
  #queue = [];
  /** @type {CoreWorker[]} */
  #idle = [];
  /** Those that are made before the last change of what workers are made with. @type {WeakSet<CoreWorker>} */
  #outdated = new WeakSet();
  /** @type {Map<number, { worker: CoreWorker, task: Task, silence: ReturnType<typeof setTimeout> }>} */
  #running = new Map();
  #paused = false;

  /**
   * @param {() => CoreWorker} createWorker
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

  /** Starts no further file. The workers finish the files that they are checking. */
  pause() {
    this.#paused = true;
  }

  resume() {
    this.#paused = false;
    this.#next();
  }

  /**
   * Removes a task. The core cannot be interrupted, so a running task's worker is ended. The next file gets a new one.
   *
   * @param {number} id
   */
  cancel(id) {
    this.#queue = this.#queue.filter((task) => task.id !== id);
    this.#stop(id);
    this.#next();
  }

  /** Starts further files with new workers. The present workers finish the files that they are checking. */
  renew() {
    for (const worker of this.#idle) worker.terminate();
    this.#idle = [];
    for (const { worker } of this.#running.values()) this.#outdated.add(worker);
  }

  cancelAll() {
    this.#queue = [];
    for (const id of this.#running.keys()) this.#stop(id);
    this.#paused = false;
  }

  /** @param {number} id */
  #stop(id) {
    const running = this.#running.get(id);
    if (!running) return;
    clearTimeout(running.silence);
    running.worker.terminate();
    this.#running.delete(id);
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
   * @param {CoreWorker} worker
   */
  #run(task, worker) {
    const stuck = () => this.#fail(task, { code: 'core-stuck', values: {} });
    const running = { worker, task, silence: setTimeout(stuck, MAX_SILENCE) };
    this.#running.set(task.id, running);
    worker.onmessage = ({ data }) => {
      clearTimeout(running.silence);
      if (data.type === 'progress') {
        running.silence = setTimeout(stuck, MAX_SILENCE);
        task.progressed(data.phase, data.done, data.total);
      } else if (data.type === 'report') this.#end(task, worker, () => task.finished(data.json));
      else if (data.type === 'failed') this.#fail(task, { code: 'core-failed', values: { message: data.message } });
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(task, { code: 'core-failed', values: { message: event.message } });
    };
    task.started();
    const { id, file, path, idsig } = task;
    worker.postMessage({ type: 'check', id, file, name: file.name, path, idsig });
  }

  /**
   * @param {Task} task
   * @param {CoreWorker} worker
   * @param {() => void} tell
   */
  #end(task, worker, tell) {
    this.#running.delete(task.id);
    if (this.#outdated.has(worker)) worker.terminate();
    else this.#idle.push(worker);
    tell();
    this.#next();
  }

  /**
   * Ends a task's worker, since the core may be in any state after a failure.
   *
   * @param {Task} task
   * @param {Failure} why
   */
  #fail(task, why) {
    this.#stop(task.id);
    task.failed(why);
    this.#next();
  }
}
