/** Keeps the page on the device: a service worker holds a copy of the page's own files. */

import { isSingleFile } from './resources.js';

/** Returns whether the page can be kept. The single-file variant is on the device already. */
export function canKeep() {
  return 'serviceWorker' in navigator && location.protocol !== 'file:' && !isSingleFile();
}

export async function isKept() {
  const registration = await navigator.serviceWorker.getRegistration();
  return registration?.active !== undefined && registration?.active !== null;
}

/** Resolves when every file is on the device. */
export async function keep() {
  await navigator.serviceWorker.register('service-worker.js', { updateViaCache: 'none' });
  const registration = await navigator.serviceWorker.getRegistration();
  const worker = registration?.installing ?? registration?.waiting ?? registration?.active;
  if (!worker) throw new Error('no service worker');
  await new Promise((resolve, reject) => {
    const look = () => {
      if (worker.state === 'activated') resolve(undefined);
      if (worker.state === 'redundant') reject(new Error('the files could not be fetched'));
    };
    worker.addEventListener('statechange', look);
    look();
  });
}

export async function forget() {
  await (await navigator.serviceWorker.getRegistration())?.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
}
