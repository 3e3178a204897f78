/** The answer: one calm sentence, with the app's name and icon. */

import { code, h } from '../base/dom.js';
import { languages, t } from '../base/i18n.js';
import { appIcon } from './icon.js';
import { appName } from './levels.js';
import { symbol } from './symbols.js';

/** @param {import('../types/report.js').Report} report */
export function answer(report) {
  const { level } = report.verdict;
  const app = report.package;
  const name = appName(report, languages.current.tag);
  return h(
    'header',
    { class: `answer level-${level}` },
    h(
      'div',
      { class: 'answer-app' },
      appIcon(app, name),
      h(
        'div',
        null,
        h('p', { class: 'app-name' }, h('bdi', null, name)),
        h('p', { class: 'quiet' }, code(app?.name ?? report.file.name)),
        app && report.container && h('p', { class: 'quiet' }, code(report.file.name)),
      ),
    ),
    h('p', { class: 'badge' }, symbol(level), t(`level.${level}.label`)),
    h('h2', { class: 'sentence', tabindex: -1 }, sentence(report)),
    h('p', { class: 'meaning' }, meaning(report)),
  );
}

/**
 * The answer in one sentence, with the families that the verdict names. One app can match several: makers sell the same
 * app under several names.
 *
 * @param {import('../types/report.js').Report} report
 */
export function sentence({ verdict: { level, families = [] } }) {
  return families.length > 0
    ? t(`level.${level}.named`, { family: languages.choice(families) })
    : t(`level.${level}.sentence`);
}

/**
 * What the answer means, in a sentence or two.
 *
 * @param {import('../types/report.js').Report} report
 */
export function meaning({ verdict: { level }, matches }) {
  return level === 'nothing-known' && matches.length > 0
    ? t('level.nothing-known.mentions')
    : t(`level.${level}.meaning`);
}
