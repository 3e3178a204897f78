/** What to do now, and what not to do in haste. */

import { h } from '../base/dom.js';
import { t } from '../base/i18n.js';

/** @typedef {import('../types/report.js').Level} Level */

/** What an app that may watch somebody calls for. */
const CAREFUL = ['wait', 'device', 'evidence', 'talk'];

/** @type {Record<Level, string[]>} The steps of each verdict, in order: keys below `step.` */
const STEPS = {
  'known-stalkerware': CAREFUL,
  'known-watchware': CAREFUL,
  'known-dual-use': ['who', ...CAREFUL],
  'worrying-capabilities': ['who', ...CAREFUL],
  'nothing-known': ['trust', 'accounts', 'talk'],
  'could-not-check': ['again', 'keep', 'trust', 'talk'],
};

/** @param {Level} level */
export function nextSteps(level) {
  return h(
    'section',
    { class: 'steps' },
    h('h3', null, t('steps.title')),
    h(
      'ol',
      null,
      ...STEPS[level].map((step) =>
        h('li', null, h('strong', null, t(`step.${step}.title`)), ' ', t(`step.${step}.text`)),
      ),
    ),
    h('p', { class: 'emergency' }, t('steps.emergency')),
  );
}
