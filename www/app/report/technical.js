/** The technical part: everything that identifies the file and its maker, in full. */

import { code, h } from '../base/dom.js';
import { languages, t } from '../base/i18n.js';
import { abilityEvidence } from './abilities.js';
import { noteList } from './notes.js';
import { signing } from './signing.js';

/** @typedef {import('../types/report.js').Report} Report */
/** @typedef {import('../types/report.js').Note} Note */

/**
 * @param {Report} report
 * @param {Date} when The day of the check.
 */
export function technical(report, when) {
  return h(
    'details',
    { class: 'technical', 'data-part': 'technical' },
    h('summary', null, h('h3', null, t('technical.title'))),
    file(report),
    report.package && app(report.package),
    signing(report.signing, when),
    abilityEvidence(report.capabilities),
    names('permissions', report.permissions.map(permission)),
    names(
      'components',
      report.components.map(({ kind, name, exported }) => `${kind} ${name}${exported ? ' (exported)' : ''}`),
    ),
    parts(report),
    notes('technical.problems', report.problems),
    notes('technical.anomalies', report.anomalies),
    notes('technical.container-anomalies', report.container?.anomalies ?? []),
    facts('technical.tool', [
      ['technical.version', report.tool.version],
      ['technical.database', report.tool.database_version],
      ['technical.lists', report.tool.sources?.map(({ name, date }) => (date ? `${name} (${date})` : name)).join(', ')],
      ['technical.rules', report.tool.rules?.join(', ')],
      [
        'technical.rules-left-out',
        report.tool.skipped_rules?.map(({ file, rule, module }) => `${file}: ${rule} (${module})`).join(', '),
      ],
    ]),
  );
}

/**
 * Terms and their values; those without a value are left out.
 *
 * @param {string} title
 * @param {[string, string | null | undefined][]} rows
 */
export function facts(title, rows) {
  const given = rows.filter(([, value]) => value);
  return (
    given.length > 0 &&
    h(
      'section',
      null,
      h('h4', null, t(title)),
      h(
        'dl',
        null,
        ...given.map(([term, value]) => h('div', null, h('dt', null, t(term)), h('dd', null, code(value ?? '')))),
      ),
    )
  );
}

/** @param {Report} report */
function file({ file: one, container }) {
  return facts('technical.file', [
    ['technical.name', one.name],
    ['technical.size', `${one.size} bytes`],
    ['technical.sha256', one.sha256],
    ['technical.sha1', one.sha1],
    ['technical.md5', one.md5],
    ['technical.container', container && `${container.name}, ${container.size} bytes, SHA-256 ${container.sha256}`],
  ]);
}

/** @param {import('../types/report.js').Package} one */
function app(one) {
  return facts('technical.app', [
    ['technical.package', one.name],
    ['technical.label', one.label],
    [
      'technical.version',
      [one.version_name, one.version_code !== null && `(${one.version_code})`].filter(Boolean).join(' '),
    ],
    ['technical.sdk', `${one.min_sdk} – ${one.target_sdk}`],
    ['technical.launcher', one.launcher.activity ?? t('technical.no-launcher')],
  ]);
}

/**
 * A permission, and why Android adds it where the app does not ask for it.
 *
 * @param {import('../types/report.js').Permission} one
 */
function permission({ name, implied }) {
  if (!implied) return name;
  const { by = [], below = 0 } = implied;
  const values = { by: by.join(', '), below: String(below) };
  const key = by.length === 0 ? 'technical.implied-target' : below ? 'technical.implied-below' : 'technical.implied';
  return h('span', null, code(name), ' ', h('span', { class: 'quiet' }, t(key, values)));
}

/**
 * @param {'permissions' | 'components' | 'parts'} part
 * @param {(string | Node)[]} list
 */
function names(part, list) {
  return (
    list.length > 0 &&
    h(
      'details',
      { 'data-part': part },
      h('summary', null, t(`technical.${part}`, { count: list.length })),
      h('ul', { class: 'names' }, ...list.map((item) => h('li', null, typeof item === 'string' ? code(item) : item))),
    )
  );
}

/** @param {Report} report */
function parts({ parts: list = [] }) {
  return names(
    'parts',
    list.map(
      ({ entry, role, package: inner, file: one }) => `${entry} · ${role} · ${inner?.name ?? '–'} · ${one.sha256}`,
    ),
  );
}

/**
 * @param {string} title
 * @param {Note[]} list
 */
function notes(title, list) {
  return list.length > 0 && h('section', null, h('h4', null, t(title)), noteList(list, true));
}

/** @param {Report} report */
export function checkedWith({ tool }) {
  return t('technical.checked-with', {
    version: tool.version || '–',
    database: tool.database_version || '–',
    date: tool.database_date ? languages.day(tool.database_date) : '–',
  });
}
