/**
 * Two builds of the page in turn over one file, which must give the same report: whether a change makes a check faster.
 *
 *   DIST=one/dist node benches/browser/pair.mjs other/dist [FILE]     (BROWSERS=chrome for one browser, RUNS=7)
 */

import { BROWSERS, BUILT } from '../../tests/browser/harness.mjs';
import { APP, check, choose, inPage, milliseconds, RUNS, ratio, spread } from './common.mjs';

const [other = '', path = APP] = process.argv.slice(2);

for (const browser of BROWSERS) {
  await inPage(
    browser,
    (page) =>
      inPage(
        browser,
        async (otherPage) => {
          const [input, otherInput] = [await choose(page, path), await choose(otherPage, path)];
          const rows = [];
          for (let index = 0; index <= RUNS; index += 1) {
            const [one, two] = [await check(page, input), await check(otherPage, otherInput)];
            if (one.report !== two.report) throw new Error('the reports differ');
            rows.push({ one: one.warm, two: two.warm });
          }
          // The first run warms the disk's cache.
          rows.shift();
          console.log(`${browser}; ${RUNS} pairs; least / median / greatest`);
          console.log(
            '  one         ',
            spread(
              rows.map(({ one }) => one),
              milliseconds,
            ),
          );
          console.log(
            '  other       ',
            spread(
              rows.map(({ two }) => two),
              milliseconds,
            ),
          );
          console.log(
            '  one to other',
            spread(
              rows.map(({ one, two }) => one / two),
              ratio,
            ),
          );
        },
        other,
      ),
    process.env.DIST ?? BUILT,
  );
}
