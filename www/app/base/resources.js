/**
 * Reads the page's own files. They lie beside the page; in the single-file variant (tools/single-file.mjs) they are
 * inside it, gzipped and in Base64, as inert `<script type="application/gzip">` blocks.
 */

/** The folder that holds index.html. */
const ROOT = new URL('.', document.baseURI);

/**
 * @param {string} name A path below the page's folder.
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function readBytes(name) {
  return new Uint8Array(await (await open(name)).arrayBuffer());
}

/**
 * @param {string} name A path below the page's folder.
 * @returns {Promise<any>}
 */
export async function readJson(name) {
  return (await open(name)).json();
}

/**
 * Returns a `blob:` address of the worker's script. A worker that starts later needs no network. The page's policy holds
 * for the worker too, whatever headers the server sends.
 */
export async function workerAddress() {
  const scripts = await Promise.all(['apklens_core.js', 'worker.js'].map(async (name) => (await open(name)).text()));
  return URL.createObjectURL(new Blob([scripts.join('\n')], { type: 'text/javascript' }));
}

/** Returns whether this page is the single-file variant. */
export function isSingleFile() {
  return embedded('worker.js') !== null;
}

/** @param {string} name */
function embedded(name) {
  return document.getElementById(`file:${name}`);
}

/**
 * @param {string} name
 * @returns {Promise<Response>}
 */
async function open(name) {
  const element = embedded(name);
  if (element) {
    const packed = Uint8Array.from(atob(element.textContent ?? ''), (character) => character.charCodeAt(0));
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')));
  }
  const response = await fetch(new URL(name, ROOT));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}
