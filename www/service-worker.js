/**
 * Answers requests from the copy of the page that the visitor asked to keep on the device. The build
 * (tools/service-worker.mjs) replaces two values: `FILES` are the page's files, and `VERSION` is a digest over them, so
 * that a new page makes a new copy.
 */
'use strict';

const VERSION = 'unbuilt';
const FILES = ['./'];

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener('install', (event) => {
  const copy = async () =>
    (await caches.open(VERSION)).addAll(FILES.map((file) => new Request(file, { cache: 'reload' })));
  event.waitUntil(copy().then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== VERSION) await caches.delete(name);
    await worker.clients.claim();
  };
  event.waitUntil(tidy());
});

worker.addEventListener('fetch', (event) => {
  const own = new URL(event.request.url).origin === worker.location.origin;
  if (own) event.respondWith(answer(event.request));
});

/** @param {Request} request */
async function answer(request) {
  const cache = await caches.open(VERSION);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}
