/** Writes a report as plain text in the page's language, to paste into a letter or a file. */

import { languages, t } from '../base/i18n.js';
import { printable } from '../base/printable.js';
import { comparedWith } from '../lists/age.js';
import { places } from '../report/abilities.js';
import { sentence as answerSentence, meaning } from '../report/answer.js';
import { appName } from '../report/levels.js';
import { restsOnKey, sameMakerSentences } from '../report/same-maker.js';

/** @typedef {import('../session/session.js').Result} Result */

/** @param {Result} result */
export function reportToText({ report, checkedAt, notes }) {
  if (!report) return '';
  const { reasons } = report.verdict;
  return [
    appName(report, languages.current.tag),
    answerSentence(report),
    meaning(report),
    section(
      'evidence.title',
      reasons.map((note) => languages.note(note).text),
    ),
    restsOnKey(report) ? section('same-maker.title', sameMakerSentences()) : '',
    section('abilities.title', report.capabilities.filter(({ inside }) => !inside).map(sentence)),
    ...places(report).map((place) =>
      section('abilities.inside', report.capabilities.filter(({ inside }) => inside === place).map(sentence), {
        place: printable(place),
      }),
    ),
    section('technical.file', identifiers(report)),
    section('technical.tool', [
      checkedAt ? t('print.checked', { moment: languages.moment(checkedAt) }) : '',
      t('technical.checked-with', {
        version: report.tool.version || '–',
        database: report.tool.database_version || '–',
        date: languages.day(report.tool.database_date) || '–',
      }),
      ...told(comparedWith(report.tool)),
    ]),
    section('notes.title', notes ? [notes] : []),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** @param {ReturnType<typeof comparedWith>} compared */
function told({ sentences, warning }) {
  return [sentences.join(' '), warning];
}

/** @param {import('../types/report.js').Capability} capability */
function sentence(capability) {
  return languages.capability(capability).text;
}

/**
 * @param {string} title
 * @param {string[]} lines
 * @param {Record<string, string>} [values] What the title names.
 */
function section(title, lines, values) {
  const given = lines.filter(Boolean);
  return given.length > 0 ? [t(title, values), ...given.map((line) => `- ${line}`)].join('\n') : '';
}

/** @param {import('../types/report.js').Report} report */
function identifiers({ file, container, package: app, signing }) {
  /** @type {[string, string | null | undefined][]} */
  const rows = [
    ['technical.name', file.name],
    ['technical.size', `${file.size} bytes`],
    ['technical.sha256', file.sha256],
    ['technical.sha1', file.sha1],
    ['technical.md5', file.md5],
    ['technical.container', container && `${container.name}, SHA-256 ${container.sha256}`],
    ['technical.package', app?.name],
    ['technical.version', app?.version_name],
    ...signing.certificates.map(
      ({ sha256 }) => /** @type {[string, string]} */ (['signing.certificate-digest', sha256]),
    ),
  ];
  return rows.flatMap(([term, value]) => (value ? [`${t(term)}: ${printable(value)}`] : []));
}
