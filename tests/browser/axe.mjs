/** The accessibility rules of WCAG 2.2 AA, and the good practices beside them, by axe-core. */

import assert from 'node:assert/strict';
import axe from 'axe-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Fails with what axe found and where.
 *
 * @param {import('puppeteer-core').Page} page
 * @param {string} state What the page shows.
 */
export async function assertAccessible(page, state) {
  // What the bar at the top half covers would count as too small.
  await page.evaluate(() => scrollTo(0, 0));
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (tags) => {
    const { axe: engine } = /** @type {any} */ (window);
    const result = await engine.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
    return result.violations.map(
      (/** @type {any} */ one) =>
        `${one.id}: ${one.help}: ${one.nodes.map((/** @type {any} */ node) => node.html).join(' | ')}`,
    );
  }, RULES);
  assert.deepEqual(violations, [], `axe on ${state}`);
}
