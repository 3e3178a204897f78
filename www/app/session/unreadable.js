/** Makes the report on a file whose check failed: the core ran out of memory, had a fault of its own, or got stuck. */

import { languages } from '../base/i18n.js';

/** @typedef {import('../core/pool.js').Failure} Failure */

const SENTENCES = { 'core-failed': 'note.core-failed', 'core-stuck': 'note.core-stuck' };

/**
 * @param {File} file
 * @param {string | undefined} path Its path in the folder that it came with.
 * @param {Failure} why
 * @returns {import('../types/report.js').Report}
 */
export function unreadable(file, path, { code, values }) {
  const text = languages.english(SENTENCES[code], values);
  const note = { code, values, text };
  return {
    schema: 'apklens-report/1',
    tool: { name: 'apklens', version: '', database_version: '', database_date: '' },
    file: { name: file.name, ...(path && { path }), size: file.size, sha256: '', sha1: '', md5: '' },
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
