// Serves a folder on localhost, for `./build.sh serve` and the browser tests: static files, the page's own
// Content-Security-Policy as a header too, nothing else.
//
//   node tools/serve.mjs [FOLDER] [PORT]

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** The policy that a site which embeds the page should send: the page asks for nothing beyond its own files. */
export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; " +
  "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/**
 * Starts a server of `folder` on the loopback address.
 * @param {string} folder
 * @param {number} port 0 for any free one
 * @param {Record<string, string>} [overlay] files that stand in for others, by URL path
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function serve(folder, port, overlay = {}) {
  const root = resolve(folder);
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = overlay[path] ?? join(root, normalize(path.endsWith('/') ? `${path}index.html` : path));
    const known = overlay[path] !== undefined || file.startsWith(root + sep);
    const found =
      known &&
      (await stat(file).then(
        (s) => s.isFile(),
        () => false,
      ));
    if (!found || !['GET', 'HEAD'].includes(request.method ?? '')) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  });
  await new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => done(undefined));
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://localhost:${bound}/`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = 'dist', port = '8080'] = process.argv.slice(2);
  const wanted = Number(port);
  // A port that somebody else has is no reason to fail: the next free one will do.
  const { url } = await serve(folder, wanted).catch(() => serve(folder, 0));
  console.log(`apklens is at ${url} (stop with Ctrl-C)`);
}
