/** Exports reports as STIX 2.1 and MISP. The core writes both. */

import { theCore } from '../core/core.js';

/** @typedef {import('../session/session.js').Result} Result */

/**
 * Returns one STIX 2.1 bundle, or one MISP event, of all reports. `apklens scan --format` prints the same.
 *
 * @param {'stix' | 'misp'} form
 * @param {Result[]} results
 */
export async function reportsTo(form, results) {
  const core = await theCore();
  const reports = `[${results.map(({ json }) => json).join(',')}]`;
  const when = `${new Date().toISOString().slice(0, 19)}Z`;
  return `${await core.ask({ question: form, reports, when })}\n`;
}
