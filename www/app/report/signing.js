/** Who signed the app, and whether the signature holds. */

import { code, h } from '../dom.js';
import { t } from '../i18n.js';
import { noteList } from './notes.js';

/** @typedef {import('../report.js').Signing} Signing */
/** @typedef {import('../report.js').Certificate} Certificate */

/** @param {Signing} one */
export function signing({ status, schemes, certificates, lineage = [], source_stamp: stamp, problems = [] }) {
  return h(
    'section',
    null,
    h('h4', null, t('signing.title')),
    h('p', null, t(`signing.${status}`)),
    ...schemes.map(scheme),
    ...certificates.map((one) => certificate('signing.certificate', one)),
    ...lineage.map((node) => certificate('signing.earlier', node.certificate)),
    stamp && certificate('signing.stamp', stamp),
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

/**
 * @param {string} title
 * @param {Certificate} one
 */
function certificate(title, one) {
  /** @type {[string, string][]} */
  const rows = [
    ['signing.subject', one.subject],
    ['signing.issuer', one.issuer],
    ['signing.serial', one.serial],
    ['signing.valid', `${one.not_before} – ${one.not_after}`],
    ['signing.key', [one.key.algorithm, one.key.bits].filter(Boolean).join(' ')],
    ['technical.sha256', one.sha256],
    ['technical.sha1', one.sha1],
  ];
  return h(
    'div',
    { class: 'certificate' },
    h('h5', null, t(title)),
    one.public_private_key !== undefined && h('p', null, t('signing.public-key', { name: one.public_private_key })),
    h('dl', null, ...rows.map(([term, value]) => h('div', null, h('dt', null, t(term)), h('dd', null, code(value))))),
  );
}
