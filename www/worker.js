/**
 * Runs the core away from the page, so that the page never freezes. A classic script that is joined to the core's glue
 * (wasm-bindgen's `no-modules` target) before it: www/app/base/resources.js.
 *
 * In:  `{ type: 'start', module, database, indicators, rules }` once (the last two: `Lists` in app/core/core.js), then
 *      `{ type: 'check', id, file, name, path, idsig }` or `{ type: 'ask', question, ... }` (`Question` in app/core/core.js)
 * Out: `{ type: 'progress', id, phase, done, total }`, `{ type: 'report', id, json }`, `{ type: 'answer', answer }`,
 *      `{ type: 'failed', id, message, code }`
 */
// @ts-nocheck: the page's and the worker's globals do not fit into one type-checker run.
'use strict';

/** How often progress in a phase is told, in milliseconds. */
const PROGRESS_INTERVAL = 60;
/** The bytes of a chunk of the content digests of APK Signature Scheme v2. */
const CHUNK = 1 << 20;
/** How many chunks the browser hashes at a time: it does so beside this thread. */
const AT_ONCE = 4;
/** The size of a file from which on that is faster: measured in docs/signing.md. */
const WORTH_WHILE = 64 << 20;

/** @type {Promise<object>} */
let analyzer;

self.addEventListener('message', async ({ data }) => {
  if (data.type === 'start') {
    analyzer = start(data);
    // The failure is told with the first file; without a listener it would be an unhandled one now.
    analyzer.catch(() => {});
    return;
  }
  try {
    const core = await analyzer;
    if (data.type === 'ask') self.postMessage({ type: 'answer', answer: ANSWERS[data.question](core, data) });
    else self.postMessage({ type: 'report', id: data.id, json: await check(core, data) });
  } catch (error) {
    self.postMessage({ type: 'failed', id: data.id, message: said(error, data), code: error.name });
  }
});

const ANSWERS = {
  info: (core) => core.databaseInfo(),
  import: addList,
  stix: (core, { reports, when }) => core.toStix(reports, when),
  misp: (core, { reports, when }) => core.toMisp(reports, when),
};

/** Indicators are over, or not yet in use, by the device's clock. */
function addList(core, { bytes, name, date, class: assumed }) {
  return core.addIndicators(bytes, name, date, new Date().toISOString(), assumed);
}

/** The core's answers are sentences by themselves; a fault in the midst of a file is told with its kind. */
function said(error, { type }) {
  return type === 'ask' ? error.message : String(error);
}

async function start({ module, database, indicators, rules }) {
  await wasm_bindgen({ module_or_path: module });
  const made = new wasm_bindgen.Analyzer(database, rules);
  for (const list of indicators) addList(made, list);
  return made;
}

async function check(core, { id, file, name, path, idsig }) {
  const tell = progress(id);
  return core.analyze(file, name, idsig, tell, await chunkDigests(file, () => tell('reading', 0, 0)), path);
}

/**
 * The digests that the signature is over, by the browser's own hashing, as `contentsLength` in wasm/src/lib.rs says. Nothing
 * for a small file, where there is no WebCrypto (a page that is not served securely), or where the file cannot be read:
 * the core hashes by itself then, and says what is wrong.
 */
async function chunkDigests(file, told) {
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
      told();
    }
  };
  return Promise.all(Array.from({ length: AT_ONCE }, hash)).then(
    () => digests,
    () => undefined,
  );
}

/** Each phase has its own pace: a sign at each piece that is read must not keep the share that is hashed from being told. */
function progress(id) {
  const next = {};
  return (phase, done, total) => {
    const now = performance.now();
    const finished = total > 0 && done >= total;
    if (now < next[phase] && !finished) return;
    next[phase] = now + PROGRESS_INTERVAL;
    self.postMessage({ type: 'progress', id, phase, done: Number(done), total: Number(total) });
  };
}
