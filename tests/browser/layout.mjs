/** How the page lies in its window. */

import assert from 'node:assert/strict';

/**
 * Nothing makes the page wider than the window, or stands out of it at either side.
 *
 * @param {import('puppeteer-core').Page} page
 * @param {string} state What the page shows.
 */
export async function assertNoOverflow(page, state) {
  const wide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const over = document.documentElement.scrollWidth > width;
    const culprits = Array.from(document.querySelectorAll('body *'), (element) => ({
      element,
      box: element.getBoundingClientRect(),
    }))
      .filter(({ element, box }) => (box.right > width + 1 || box.left < -1) && !element.closest('.visually-hidden'))
      .map(({ element }) => `${element.tagName}.${element.className}`);
    return { over, culprits };
  });
  assert.deepEqual(wide, { over: false, culprits: [] }, `${state} is wider than the screen`);
}
