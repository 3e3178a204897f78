/** Reports in the forms of other programs, which the core makes. */

import { theCore } from '../core/core.js';

/** @typedef {import('../session/session.js').Result} Result */

/**
 * One STIX 2.1 bundle, or one MISP event, of all reports: what `apklens scan --format` prints at the same moment.
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
