/** What the page saved: a download is read once the browser has written all of it. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const TRIES = 200;
const WAIT_MS = 100;
/** The endings of the files into which Chromium and Firefox write until a download is whole. */
const UNFINISHED = /\.(crdownload|part)$/;

/**
 * Returns the saved file in `folder` whose name matches. A browser makes the file of that name empty at first, and fills it
 * later: the file counts as saved when nothing is being written beside it, and two looks in a row see the same contents.
 *
 * @param {string} folder
 * @param {RegExp} pattern
 * @returns {Promise<{ name: string, content: string }>}
 */
export async function saved(folder, pattern) {
  let seen = '';
  for (let tries = 0; tries < TRIES; tries += 1) {
    const names = await readdir(folder);
    const name = names.find((one) => pattern.test(one) && !UNFINISHED.test(one));
    if (name && !names.some((one) => UNFINISHED.test(one))) {
      const content = await readFile(join(folder, name), 'utf8');
      if (content && content === seen) return { name, content };
      seen = content;
    }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  throw new Error(`nothing that matches ${pattern} was saved`);
}
