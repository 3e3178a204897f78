/** Reports as a table: one row for each file. The columns' names stay English, for programs. */

/** @typedef {import('../session.js').Job} Job */
/** @typedef {import('../report.js').Report} Report */

/** @type {Record<string, (report: Report) => string | number>} */
const COLUMNS = {
  file: ({ file }) => file.name,
  size: ({ file }) => file.size,
  sha256: ({ file }) => file.sha256,
  verdict: ({ verdict }) => verdict.level,
  families: ({ matches }) => unique(matches.map(({ family }) => family)),
  reasons: ({ verdict }) => unique(verdict.reasons.map(({ code }) => code)),
  package: ({ package: app }) => app?.name ?? '',
  label: ({ package: app }) => app?.label ?? '',
  version_name: ({ package: app }) => app?.version_name ?? '',
  version_code: ({ package: app }) => app?.version_code ?? '',
  signature: ({ signing }) => signing.status,
  certificates_sha256: ({ signing }) => unique(signing.certificates.map(({ sha256 }) => sha256)),
  capabilities: ({ capabilities }) => unique(capabilities.map(({ code }) => code)),
  tool_version: ({ tool }) => tool.version,
  database_version: ({ tool }) => tool.database_version,
};

/** RFC 4180 wants CRLF; spreadsheets want the byte order mark to see UTF-8. */
const LINE_END = '\r\n';
const BYTE_ORDER_MARK = '\ufeff';

/** @param {Job[]} jobs */
export function reportsToCsv(jobs) {
  const rows = jobs.flatMap(({ report, checkedAt }) =>
    report ? [[...Object.values(COLUMNS).map((value) => value(report)), checkedAt?.toISOString() ?? '']] : [],
  );
  const lines = [[...Object.keys(COLUMNS), 'checked_at'], ...rows].map((row) => row.map(field).join(','));
  return BYTE_ORDER_MARK + lines.join(LINE_END) + LINE_END;
}

/**
 * Names come from the app under examination: one that begins like a formula must not become one in a spreadsheet.
 *
 * @param {string | number} value
 */
function field(value) {
  const text = String(value);
  const shown = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

/** @param {string[]} values */
function unique(values) {
  return [...new Set(values)].join(' ; ');
}
