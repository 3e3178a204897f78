/** What the answer names, and what it rests on first. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ranked } from '../../www/app/report/levels.js';
import { known } from './reports.mjs';

describe('the matches', () => {
  it('come in the order of what the verdict rests on', () => {
    const report = known('watchware');
    const [first] = report.matches;
    assert.ok(first);
    report.matches.push({ ...first, family: 'Another', class: 'dual-use', strength: 'conclusive' });
    assert.equal(ranked(report).at(-1)?.family, 'Another', 'a match of another class comes last, however strong');
    assert.equal(ranked(report)[0]?.strength, 'conclusive');
  });
});
