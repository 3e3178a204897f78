/** What the answer rests on: the verdict's reasons, and each match with its source and place. */

import { code, h } from '../base/dom.js';
import { languages, t } from '../base/i18n.js';
import { comparedWith } from '../lists/age.js';
import { ranked } from './levels.js';
import { noteList, place } from './notes.js';
import { restsOnKey, sameMaker } from './same-maker.js';

/** @typedef {import('../types/report.js').Report} Report */
/** @typedef {import('../types/report.js').Match} Match */

/** @param {Report} report */
export function evidence(report) {
  const { level, reasons } = report.verdict;
  // The answer itself says so already.
  const told = reasons.filter(({ code: reason }) => reason !== level);
  return h(
    'section',
    { class: 'evidence' },
    h('h3', null, t('evidence.title')),
    told.length > 0 && noteList(told),
    level === 'nothing-known' && whyNot(),
    restsOnKey(report) && sameMaker(),
    report.matches.length > 0 && matches(report),
    ...lists(report),
  );
}

/** Why nothing known rules nothing out. */
function whyNot() {
  return h(
    'ul',
    { class: 'notes' },
    ...['new', 'changed', 'other-ways'].map((why) => h('li', null, t(`why-not.${why}`))),
  );
}

/** @param {Report} report */
function lists({ tool }) {
  const { sentences, warning } = comparedWith(tool);
  return [h('p', { class: 'quiet' }, sentences.join(' ')), warning !== '' && h('p', { class: 'message' }, warning)];
}

/** @param {Report} report */
function matches(report) {
  const found = ranked(report);
  return h(
    'details',
    { 'data-part': 'matches' },
    h('summary', null, t('matches.title', { count: found.length })),
    h('ul', { class: 'matches' }, ...found.map(match)),
  );
}

/** @param {Match} found */
function match(found) {
  return h(
    'li',
    null,
    h(
      'p',
      { class: 'match-head' },
      h('strong', { dir: 'auto' }, found.family),
      ' · ',
      found.class ? languages.term('class', found.class) : t('matches.no-class'),
    ),
    h('p', null, languages.term('kind', found.kind), ': ', code(found.value)),
    typeof found.context === 'string' && h('p', { class: 'quiet' }, t('matches.context'), ' ', code(found.context)),
    h(
      'p',
      null,
      languages.term('strength', found.strength),
      found.weakened && ` ${languages.term('weakened', found.weakened)}`,
    ),
    h('p', { class: 'quiet' }, ...where(found)),
    found.metadata !== undefined && metadata(found.metadata),
  );
}

/** @param {NonNullable<Match['metadata']>} told What a rule says of itself, in its own words. */
function metadata(told) {
  return h(
    'div',
    { class: 'quiet' },
    h('p', null, t('matches.metadata')),
    h('ul', { class: 'names' }, ...told.map(({ name, value }) => h('li', { dir: 'ltr' }, `${name}: `, code(value)))),
  );
}

/**
 * @param {Match} found
 * @returns {(Node | string)[]}
 */
function where({ place: at, sources }) {
  const published = sources.map(({ name, date }) =>
    date ? t('matches.source', { name, date: languages.day(date) }) : name,
  );
  /** @type {(Node | string)[]} */
  const parts = [t('matches.published', { sources: languages.list(published) })];
  if (typeof at.entry === 'string' || typeof at.offset === 'number')
    parts.push(' ', t('matches.place'), ' ', place(at));
  return parts;
}
