/** Who signed the app, and whether the signature holds. */

import { code, h } from '../dom.js';
import { languages, t } from '../i18n.js';
import { noteList } from './notes.js';
import { validity } from './validity.js';

/** @typedef {import('../report.js').Signing} Signing */
/** @typedef {import('../report.js').Certificate} Certificate */

/**
 * @param {Signing} one
 * @param {Date} when The day of the check.
 */
export function signing({ status, schemes, certificates, lineage = [], source_stamp: stamp, problems = [] }, when) {
  // The last key of a lineage is the one that signs.
  const earlier = lineage.filter((node) => !certificates.some(({ sha256 }) => sha256 === node.certificate.sha256));
  return h(
    'section',
    null,
    h('h4', null, t('signing.title')),
    h('p', null, t(`signing.${status}`)),
    ...schemes.map(scheme),
    ...certificates.map((one) => certificate('signing.certificate', one, when)),
    ...earlier.map((node) => certificate('signing.earlier', node.certificate, when, rights(node.capabilities))),
    stamp && certificate('signing.stamp', stamp, when),
    problems.length > 0 && noteList(problems, true),
  );
}

/** @param {Signing['schemes'][number]} one */
function scheme({ scheme: name, verified, problems }) {
  return h(
    'div',
    null,
    h('p', null, t(verified ? 'signing.scheme-holds' : 'signing.scheme-fails', { scheme: name })),
    problems.length > 0 && noteList(problems, true),
  );
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
    one.public_private_key !== undefined && h('p', null, t('signing.public-key', { name: one.public_private_key })),
    more !== undefined && h('p', null, more),
    dates && h('p', { class: 'quiet' }, t(dates)),
    h('dl', null, ...rows.map(([term, value]) => h('div', null, h('dt', null, t(term)), h('dd', null, code(value))))),
  );
}
