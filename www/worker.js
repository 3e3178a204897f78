/**
 * Runs the core in a worker, so that the page never freezes. The page joins this classic script to the core's glue code
 * (wasm-bindgen's `no-modules` target): app/base/resources.js. The messages are in app/types/messages.d.ts: one `Start`,
 * then any number of `Check` and `Ask`.
 */
'use strict';

/** @typedef {import('./app/types/messages.js').ToWorker} ToWorker */
/** @typedef {import('./app/types/messages.js').FromWorker} FromWorker */
/** @typedef {import('./app/types/messages.js').Start} Start */
/** @typedef {import('./app/types/messages.js').Check} Check */
/** @typedef {import('./app/types/messages.js').Ask} Ask */
/** @typedef {import('./app/types/messages.js').List} List */
/** @typedef {import('./app/types/messages.js').Phase} Phase */
/** @typedef {wasm_bindgen.Analyzer} Analyzer The core, with its database loaded. */

/** The shortest time between two `Progress` messages of a phase, in milliseconds. */
const PROGRESS_INTERVAL = 60;
/** The size of a chunk of the content digests of APK Signature Scheme v2, in bytes. */
const CHUNK = 1 << 20;
/** How many chunks the browser hashes at a time. It hashes on other threads. */
const AT_ONCE = 4;
/** The size of a file from which on hashing by the browser is faster, in bytes: measured in docs/signing.md. */
const WORTH_WHILE = 64 << 20;

/** @type {Promise<Analyzer>} */
let analyzer;

self.addEventListener('message', async (/** @type {MessageEvent<ToWorker>} */ { data }) => {
  if (data.type === 'start') {
    analyzer = start(data);
    // The first file reports the failure. Without this listener the browser would report it now, as unhandled.
    analyzer.catch(() => {});
    return;
  }
  try {
    const core = await analyzer;
    if (data.type === 'ask') send({ type: 'answer', answer: answer(core, data) });
    else send({ type: 'report', id: data.id, json: await check(core, data) });
  } catch (thrown) {
    const error = /** @type {Error} */ (thrown);
    // The core's refusals are sentences. A fault in the middle of a file is reported with its kind.
    if (data.type === 'ask') send({ type: 'failed', message: error.message, code: error.name });
    else send({ type: 'failed', id: data.id, message: String(error), code: error.name });
  }
});

/** @param {FromWorker} message */
function send(message) {
  self.postMessage(message);
}

/** @param {Start} message */
async function start({ module, database, indicators, rules }) {
  await wasm_bindgen({ module_or_path: module });
  const core = new wasm_bindgen.Analyzer(database, rules);
  for (const list of indicators) addList(core, list);
  return core;
}

/**
 * @param {Analyzer} core
 * @param {Ask} ask
 */
function answer(core, ask) {
  switch (ask.question) {
    case 'info':
      return core.databaseInfo();
    case 'import':
      return addList(core, ask);
    case 'stix':
      return core.toStix(ask.reports, ask.when);
    case 'misp':
      return core.toMisp(ask.reports, ask.when);
  }
}

/**
 * Adds a list of indicators. The device's clock decides which of them have expired or are not yet valid.
 *
 * @param {Analyzer} core
 * @param {List} list
 */
function addList(core, { bytes, name, date, class: assumed }) {
  return core.addIndicators(bytes, name, date, new Date().toISOString(), assumed);
}

/**
 * @param {Analyzer} core
 * @param {Check} message
 */
async function check(core, { id, file, name, path, idsig }) {
  const report = progress(id);
  return core.analyze(file, name, idsig, report, await chunkDigests(file, () => report('reading', 0, 0)), path);
}

/**
 * Hashes the chunks that an APK's signature covers with WebCrypto, as `contentsLength` in wasm/src/lib.rs describes. Returns
 * nothing for a small file, without WebCrypto (on a page that is not served securely), and for a file that cannot be
 * read. The core then hashes by itself, and reports what is wrong.
 *
 * @param {File} file
 * @param {() => void} hashed Called after each chunk.
 * @returns {Promise<Uint8Array | undefined>}
 */
async function chunkDigests(file, hashed) {
  if (file.size < WORTH_WHILE || !globalThis.crypto?.subtle) return undefined;
  const count = Math.floor(wasm_bindgen.contentsLength(file) / CHUNK);
  const digests = new Uint8Array(count * 32);
  let next = 0;
  const hash = async () => {
    while (next < count) {
      const index = next++;
      const chunk = new Uint8Array(5 + CHUNK);
      chunk[0] = 0xa5;
      new DataView(chunk.buffer).setUint32(1, CHUNK, true);
      chunk.set(new Uint8Array(await file.slice(index * CHUNK, (index + 1) * CHUNK).arrayBuffer()), 5);
      digests.set(new Uint8Array(await crypto.subtle.digest('SHA-256', chunk)), index * 32);
      hashed();
    }
  };
  return Promise.all(Array.from({ length: AT_ONCE }, hash)).then(
    () => digests,
    () => undefined,
  );
}

/**
 * Returns the callback that sends a file's progress. Each phase has its own interval: the core calls back at every piece
 * that it reads, and that must not hold back how much is hashed.
 *
 * @param {number} id
 */
function progress(id) {
  /** @type {Record<Phase, number>} */
  const next = { hashing: 0, reading: 0 };
  return (/** @type {Phase} */ phase, /** @type {number} */ done, /** @type {number} */ total) => {
    const now = performance.now();
    const finished = total > 0 && done >= total;
    if (now < next[phase] && !finished) return;
    next[phase] = now + PROGRESS_INTERVAL;
    send({ type: 'progress', id, phase, done, total });
  };
}
