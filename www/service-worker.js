/**
 * Answers from the copy that was made when the visitor asked to keep the page. The build replaces the two values:
 * the files are those of the page, and the version is a digest over them, so that a new page brings a new copy.
 */
// @ts-nocheck: a service worker's globals are not those of the page.
'use strict';

const VERSION = 'unbuilt';
const FILES = ['./'];

self.addEventListener('install', (event) => {
  const copy = async () =>
    (await caches.open(VERSION)).addAll(FILES.map((file) => new Request(file, { cache: 'reload' })));
  event.waitUntil(copy().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== VERSION) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener('fetch', (event) => {
  const own = new URL(event.request.url).origin === self.location.origin;
  if (own) event.respondWith(answer(event.request));
});

async function answer(request) {
  const cache = await caches.open(VERSION);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}
