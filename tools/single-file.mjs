// Puts a built page into one HTML file that opens from anywhere, a USB stick for one, without a server.
//
//   node tools/single-file.mjs FOLDER OUTPUT
//
// Browsers load no modules, no workers and no WebAssembly from a `file:` address. So the modules become one inline
// script, and everything else that the page reads is inside it, gzipped and in Base64, in inert blocks
// (www/app/base/resources.js). Its policy allows that one script and that one style sheet by their digests, a worker made
// in the page, and no connection at all.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const [folder = 'dist', output = join(folder, 'apklens.html')] = process.argv.slice(2);

/** What the page reads when it starts. */
const EMBEDDED = [
  'worker.js',
  'apklens_core.js',
  'apklens_core_bg.wasm',
  'signatures.bin',
  ...(await below('locales')),
  ...(await below('data')),
];

const script = await bundle('app/main.js');
const page = await readFile(join(folder, 'index.html'), 'utf8');
const style = await styleSheet(page);
const icon = `data:image/svg+xml;base64,${(await readFile(join(folder, 'icon.svg'))).toString('base64')}`;
const blocks = await Promise.all(EMBEDDED.map(block));

let single = page;
single = replace(
  single,
  /<meta http-equiv="Content-Security-Policy"[^>]*>/,
  `<meta http-equiv="Content-Security-Policy" content="${policy()}">`,
);
single = replace(single, /\s*<link rel="manifest"[^>]*>/, '');
single = replace(single, /(\s*<link rel="stylesheet"[^>]*>)+/, `\n    <style>${style}</style>`);
single = replace(single, /\s*<script type="module"[^>]*><\/script>/, '');
single = replace(single, /<\/body>/, `${blocks.join('\n')}\n<script type="module">${script}</script>\n</body>`);
await writeFile(output, single.replaceAll('"icon.svg"', `"${icon}"`));

/** @param {string} entry */
async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [join(folder, entry)],
    bundle: true,
    format: 'esm',
    target: 'esnext',
    charset: 'utf8',
    legalComments: 'none',
    write: false,
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`${entry} gave no script`);
  if (/<\/script|<!--/i.test(file.text)) throw new Error(`${entry} holds what would end an inline script`);
  return file.text;
}

/** @param {string} html */
async function styleSheet(html) {
  const names = Array.from(html.matchAll(/<link rel="stylesheet" href="([^"]+)">/g), ([, name]) => name ?? '');
  const sheets = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return sheets.join('\n');
}

function policy() {
  return [
    "default-src 'none'",
    `script-src '${digest(script)}' 'wasm-unsafe-eval'`,
    `style-src '${digest(style)}'`,
    'img-src data: blob:',
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** @param {string} text */
function digest(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** @param {string} name */
async function block(name) {
  const packed = gzipSync(await readFile(join(folder, name)), { level: 9 }).toString('base64');
  return `<script type="application/gzip" id="file:${name}">${packed}</script>`;
}

/** @param {string} name */
async function below(name) {
  const entries = await readdir(join(folder, name), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @param {string} replacement
 */
function replace(text, pattern, replacement) {
  if (!pattern.test(text)) throw new Error(`index.html has nothing like ${pattern}`);
  return text.replace(pattern, () => replacement);
}
