/** What "signed by the same maker as …" means, and what it does not: docs/certificates.md. */

import { h } from '../base/dom.js';
import { t } from '../base/i18n.js';

/** @typedef {import('../types/report.js').Report} Report */

/** The marks that a signer's key stands behind. A name in a certificate is whatever somebody typed. */
const OF_A_KEY = ['certificate-sha1', 'certificate-sha256', 'public-key-sha256'];

/** @param {Report} report */
export function restsOnKey({ matches }) {
  return matches.some(({ kind }) => OF_A_KEY.includes(kind));
}

/** The explanation, sentence by sentence. */
export function sameMakerSentences() {
  return ['key', 'brands', 'limits', 'public', 'unverified'].map((part) => t(`same-maker.${part}`));
}

/** The same, folded. */
export function sameMaker() {
  return h(
    'details',
    { 'data-part': 'same-maker' },
    h('summary', null, t('same-maker.title')),
    h('ul', { class: 'notes' }, ...sameMakerSentences().map((sentence) => h('li', null, sentence))),
  );
}
