/**
 * Writes reports as tables, with a row for each file or for each match. The first columns are those of `apklens scan
 * --format csv` and `csv-matches`. Further columns are for a case's file. The names are English, for programs.
 */

import { printable } from '../base/printable.js';

/** @typedef {import('../session/session.js').Result} Result */
/** @typedef {import('../types/report.js').Report} Report */
/** @typedef {import('../types/report.js').Match} Match */

/** @type {Record<string, (report: Report, result: Result) => string | number>} */
const COLUMNS = {
  path: (_, { path }) => path,
  sha256: ({ file }) => file.sha256,
  size: ({ file }) => file.size,
  verdict: ({ verdict }) => verdict.level,
  package: ({ package: app }) => app?.name ?? '',
  version_code: ({ package: app }) => app?.version_code ?? '',
  version_name: ({ package: app }) => app?.version_name ?? '',
  label: ({ package: app }) => app?.label ?? '',
  signing: ({ signing }) => signing.status,
  certificate_sha256: ({ signing }) => signing.certificates[0]?.sha256 ?? '',
  families: ({ matches }) => [...new Set(matches.map(({ family }) => family))].join('; '),
  reasons: ({ verdict }) => verdict.reasons.map(({ text }) => text).join(' '),
  tool_version: ({ tool }) => tool.version,
  database_version: ({ tool }) => tool.database_version,
  checked_at: (_, { checkedAt }) => checkedAt?.toISOString() ?? '',
};

/** Without a match, what is said of one is empty. @type {Record<string, (report: Report, result: Result, match?: Match) => string | number>} */
const MATCH_COLUMNS = {
  path: (_, { path }) => path,
  sha256: ({ file }) => file.sha256,
  verdict: ({ verdict }) => verdict.level,
  package: ({ package: app }) => app?.name ?? '',
  version_name: ({ package: app }) => app?.version_name ?? '',
  family: (_, __, match) => match?.family ?? '',
  class: (_, __, match) => match?.class ?? '',
  kind: (_, __, match) => match?.kind ?? '',
  value: (_, __, match) => match?.value ?? '',
  entry: (_, __, match) => match?.place.entry ?? '',
  offset: (_, __, match) => match?.place.offset ?? '',
  context: (_, __, match) => match?.context ?? '',
  strength: (_, __, match) => match?.strength ?? '',
  weakened: (_, __, match) => match?.weakened ?? '',
  sources: (_, __, match) =>
    (match?.sources ?? []).map(({ name, date }) => (date ? `${name} (${date})` : name)).join('; '),
  tool_version: ({ tool }) => tool.version,
  database_version: ({ tool }) => tool.database_version,
  checked_at: (_, { checkedAt }) => checkedAt?.toISOString() ?? '',
};

/** RFC 4180 requires CRLF. Spreadsheets need the byte order mark to recognise UTF-8. */
const LINE_END = '\r\n';
const BYTE_ORDER_MARK = '\ufeff';

/** @param {Result[]} results */
export function reportsToCsv(results) {
  const rows = results.flatMap((result) => {
    const { report } = result;
    return report ? [Object.values(COLUMNS).map((value) => value(report, result))] : [];
  });
  return table(COLUMNS, rows);
}

/**
 * Writes a row for each match, and one for a file without a match, so that no file is missing.
 *
 * @param {Result[]} results
 */
export function matchesToCsv(results) {
  const rows = results.flatMap((result) => {
    const { report } = result;
    if (!report) return [];
    const matches = report.matches.length > 0 ? report.matches : [undefined];
    return matches.map((match) => Object.values(MATCH_COLUMNS).map((value) => value(report, result, match)));
  });
  return table(MATCH_COLUMNS, rows);
}

/**
 * @param {object} columns
 * @param {(string | number)[][]} rows
 */
function table(columns, rows) {
  const lines = [Object.keys(columns), ...rows].map((row) => row.map(cell).join(','));
  return BYTE_ORDER_MARK + lines.join(LINE_END) + LINE_END;
}

/**
 * Matches what a spreadsheet reads as the beginning of a formula, after characters that it skips. cli/src/cells.rs gives
 * the reason for each character. tests/csv-cells.json tests both.
 */
const FORMULA =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: the class lists single characters.
  /^[\p{White_Space}\u00ad\u034f\u180b-\u180f\u200b-\u200d\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]*[=+\-@＝＋－＠﹦﹢﹣﹫−]/u;

/**
 * Writes a value as a cell, on one line. Names come from the app under examination. A name that begins like a formula must
 * not become one in a spreadsheet.
 *
 * @param {string | number} value
 */
export function cell(value) {
  const line = printable(String(value));
  const shown = FORMULA.test(line) ? `'${line}` : line;
  return /[",]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
