/** The cells of tables, which the command line writes alike (cli/src/cells.rs). No browser is needed. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { cell } from '../../www/app/export/csv.js';
import { ROOT } from './harness.mjs';

/** @type {[value: string, written: string][]} */
const CASES = JSON.parse(await readFile(join(ROOT, 'tests/csv-cells.json'), 'utf8'));

describe('a cell', () => {
  it('is on one line and no formula', () => {
    assert.ok(CASES.length > 30);
    for (const [value, written] of CASES) assert.equal(cell(value), written, JSON.stringify(value));
  });

  it('may hold a number', () => assert.equal(cell(42), '42'));
});
