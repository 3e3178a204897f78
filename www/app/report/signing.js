/** Who signed the app, and whether the signature holds. */

import { code, h } from '../base/dom.js';
import { languages, t } from '../base/i18n.js';
import { noteList } from './notes.js';
import { validity } from './validity.js';

/** @typedef {import('../types/report.js').Signing} Signing */
/** @typedef {import('../types/report.js').Certificate} Certificate */

/**
 * @param {Signing} one
 * @param {Date} when The day of the check.
 */
export function signing({ status, schemes, certificates, lineage = [], source_stamp: stamp, problems = [] }, when) {
  // The last key of a lineage is the one that signs; an earlier one may still sign for older Android versions.
  const earlier = lineage.filter((node) => !certificates.some(({ sha256 }) => sha256 === node.certificate.sha256));
  return h(
    'section',
    null,
    h('h4', null, t('signing.title')),
    h('p', null, t(`signing.${status}`)),
    ...schemes.map(scheme),
    ...certificates.map((one) => {
      const told = [versions(one, certificates), keptRights(one, lineage)].filter((sentence) => sentence !== undefined);
      return certificate('signing.certificate', one, when, told.length > 0 ? told.join(' ') : undefined);
    }),
    ...earlier.map((node) => certificate('signing.earlier', node.certificate, when, rights(node.capabilities))),
    stamp && certificate('signing.stamp', stamp, when),
    problems.length > 0 && noteList(problems, true),
  );
}

/** @param {import('../types/report.js').SchemeResult} one */
function scheme({ scheme: name, status, problems }) {
  return h(
    'div',
    null,
    h('p', null, t(`signing.scheme-${status}`, { scheme: name })),
    problems.length > 0 && noteList(problems, true),
  );
}

/**
 * Which Android versions go by a certificate, where there are others for other versions.
 * @param {Certificate} one
 * @param {Certificate[]} all
 */
function versions({ sdk_levels: levels = [] }, all) {
  const differ = all.some(({ sdk_levels: others = [] }) => JSON.stringify(others) !== JSON.stringify(levels));
  if (!differ || levels.length === 0) return undefined;
  const ranges = levels.map(({ min, max }) => {
    if (typeof max !== 'number') return t('signing.levels-from', { min: `${min}` });
    return max === min ? `${min}` : `${min}–${max}`;
  });
  return t('signing.levels', { levels: languages.list(ranges) });
}

/**
 * What a certificate's key may still do, where it signs for older Android versions and another followed it.
 * @param {Certificate} one
 * @param {NonNullable<Signing['lineage']>} lineage
 */
function keptRights({ sha256 }, lineage) {
  const earlier = lineage.slice(0, -1).find((node) => node.certificate.sha256 === sha256);
  return earlier && rights(earlier.capabilities);
}

/** What an earlier key may still do. @param {string[]} capabilities */
function rights(capabilities) {
  if (capabilities.length === 0) return t('earlier-key.none');
  return t('earlier-key.rights', { rights: languages.list(capabilities.map((one) => languages.term('right', one))) });
}

/**
 * @param {string} title
 * @param {Certificate} one
 * @param {Date} when
 * @param {string} [more] What else there is to say of it.
 */
function certificate(title, one, when, more) {
  const dates = validity(one, when);
  /** @type {[string, string][]} */
  const rows = [
    ['signing.subject', one.subject],
    ['signing.issuer', one.issuer],
    ['signing.serial', one.serial],
    ['signing.valid', `${one.not_before} – ${one.not_after}`],
    ['signing.key', [one.key.algorithm, one.key.bits].filter(Boolean).join(' ')],
    ['kind.public-key-sha256', one.key.sha256],
    ['technical.sha256', one.sha256],
    ['technical.sha1', one.sha1],
  ];
  return h(
    'div',
    { class: 'certificate' },
    h('h5', null, t(title)),
    typeof one.public_private_key === 'string' &&
      h('p', null, t('signing.public-key', { name: one.public_private_key })),
    more !== undefined && h('p', null, more),
    dates && h('p', { class: 'quiet' }, t(dates)),
    h('dl', null, ...rows.map(([term, value]) => h('div', null, h('dt', null, t(term)), h('dd', null, code(value))))),
  );
}
