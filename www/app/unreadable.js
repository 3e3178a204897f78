/** The report on a file that the core gave no report on: it ran out of memory, or hit a fault of its own. */

import { languages } from './i18n.js';

/**
 * @param {File} file
 * @param {string} message What the worker said.
 * @returns {import('./report.js').Report}
 */
export function unreadable(file, message) {
  const note = { code: 'core-failed', values: { message }, text: languages.english('note.core-failed', { message }) };
  return {
    schema: 'apklens-report/1',
    tool: { name: 'apklens', version: '', database_version: '', database_date: '' },
    file: { name: file.name, size: file.size, sha256: '', sha1: '', md5: '' },
    package: null,
    permissions: [],
    components: [],
    signing: { status: 'unreadable', schemes: [], certificates: [] },
    matches: [],
    capabilities: [],
    anomalies: [],
    problems: [note],
    verdict: { level: 'could-not-check', reasons: [note] },
  };
}
