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
