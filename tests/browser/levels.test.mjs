/** Which family the answer names. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { family, ranked } from '../../www/app/report/levels.js';
import { known, plain } from './reports.mjs';

describe('the family that is named', () => {
  it('is that of the strongest match of the class that the verdict names', () => {
    const report = known('watchware');
    report.matches.push({ ...match(report), family: 'Another', class: 'dual-use', strength: 'conclusive' });
    assert.equal(family(report), 'Testfamily');
    assert.equal(ranked(report)[0]?.strength, 'conclusive');
  });

  it('is none where several weaker matches of several families decide together', () => {
    const report = known('stalkerware');
    report.matches = ['One', 'Two'].map((name) => ({ ...match(report), family: name, strength: 'moderate' }));
    assert.equal(family(report), '');
    report.matches = report.matches.map((one) => ({ ...one, family: 'One' }));
    assert.equal(family(report), 'One');
  });

  it('is none where the verdict is not about a known app, whatever is mentioned', () => {
    const report = plain();
    report.matches = known('stalkerware').matches;
    assert.equal(family(report), '');
  });
});

/** @param {ReturnType<typeof known>} report */
function match(report) {
  const [first] = report.matches;
  assert.ok(first);
  return first;
}
