// Writes into a built page's service worker which files it keeps, and their version: a digest over all of them.
//
//   node tools/service-worker.mjs FOLDER
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** What lies beside the page and is not of it: the single-file variant holds everything a second time. */
const LEFT_OUT = /^(apklens\.html|service-worker\.js)$|\.d\.ts$/;

const [folder = 'dist'] = process.argv.slice(2);
const files = await ownFiles(folder);
const version = createHash('sha256');
for (const file of files) version.update(`${file}\0`).update(await readFile(join(folder, file)));

const path = join(folder, 'service-worker.js');
const script = await readFile(path, 'utf8');
const filled = replace(
  replace(script, /^const VERSION = .*$/m, `const VERSION = '${version.digest('hex').slice(0, 16)}';`),
  /^const FILES = .*$/m,
  `const FILES = ${JSON.stringify(['./', ...files])};`,
);
await writeFile(path, filled);

/**
 * @param {string} root
 * @returns {Promise<string[]>} Paths with `/`, sorted, so that the same files give the same version everywhere.
 */
async function ownFiles(root) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !LEFT_OUT.test(file))
    .sort();
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @param {string} replacement
 */
function replace(text, pattern, replacement) {
  if (!pattern.test(text)) throw new Error(`service-worker.js has no line like ${pattern}`);
  return text.replace(pattern, () => replacement);
}
