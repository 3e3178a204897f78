/**
 * The page beside `apksigner verify`, over the largest of the real apps, in turn: a check in the page hashes, reads,
 * searches and verifies, and apksigner verifies alone.
 *
 *   node benches/browser/verify.mjs
 *
 * `apksigner` is a process with its start. `cold` is the page's first check: the core is fetched from localhost and
 * compiled, a worker started, the database loaded. `warm` is the next file's check in the same worker. The page itself
 * is open in both.
 */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { APP, check, choose, inPage, milliseconds, RUNS, ratio, spread } from './common.mjs';

const run = promisify(execFile);

async function apksigner() {
  const start = performance.now();
  await run('apksigner', ['verify', APP]);
  return performance.now() - start;
}

const pairs = await inPage('chrome', async (page) => {
  const input = await choose(page, APP);
  const all = [];
  // The first pair warms the disk's cache and is left out.
  for (let index = 0; index <= RUNS; index += 1) {
    const ours = await check(page, input);
    if (JSON.parse(ours.report).signing.status !== 'verified') throw new Error('the app does not verify');
    all.push({ ...ours, rival: await apksigner() });
  }
  return all.slice(1);
});

console.log(`${RUNS} pairs; least / median / greatest`);
console.log(
  'apksigner verify ',
  spread(
    pairs.map(({ rival }) => rival),
    milliseconds,
  ),
);
for (const kind of /** @type {const} */ (['cold', 'warm'])) {
  console.log(
    `page, ${kind}       `,
    spread(
      pairs.map((pair) => pair[kind]),
      milliseconds,
    ),
  );
  console.log(
    '  to apksigner   ',
    spread(
      pairs.map((pair) => pair[kind] / pair.rival),
      ratio,
    ),
  );
}
