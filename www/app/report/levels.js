/** The verdict levels, and what depends on them alone. */

import { printable } from '../base/printable.js';

/** @typedef {import('../types/report.js').Level} Level */
/** @typedef {import('../types/report.js').Report} Report */

/** Worst first. @type {Level[]} */
export const LEVELS = [
  'known-stalkerware',
  'known-watchware',
  'known-dual-use',
  'worrying-capabilities',
  'could-not-check',
  'nothing-known',
];

const STRENGTHS = ['weak', 'moderate', 'strong', 'conclusive'];

/**
 * The matches, those that the verdict rests on first.
 *
 * @param {Report} report
 */
export function ranked({ matches, verdict }) {
  /** @param {import('../types/report.js').Match} match */
  const rank = (match) => Number(`known-${match.class}` === verdict.level) * 10 + STRENGTHS.indexOf(match.strength);
  return matches.toSorted((one, other) => rank(other) - rank(one));
}

/**
 * The family that the verdict names; empty where it names none, and where several might be meant: the verdict may rest
 * on several weaker matches together.
 *
 * @param {Report} report
 */
export function family(report) {
  const deciding = ranked(report).filter((match) => `known-${match.class}` === report.verdict.level);
  const [first] = deciding;
  if (!first) return '';
  const alone = first.strength === 'strong' || first.strength === 'conclusive';
  return alone || deciding.every((match) => match.family === first.family) ? first.family : '';
}

/**
 * What the app calls itself, in the page's language where it has such a name.
 *
 * @param {Report} report
 * @param {string} language
 */
export function appName(report, language) {
  const { package: app, file } = report;
  return printable(app?.labels?.[language] || app?.label || app?.name || placeInside(report) || file.name);
}

/**
 * Where in the file that was given the app lies; empty when it is the file itself.
 *
 * @param {Report} report
 */
export function placeInside({ container, file }) {
  return container ? file.name.slice(`${container.name}!/`.length) : '';
}
