/** What the app can do, the most worrying first. */

import { code, h, withCode } from '../base/dom.js';
import { languages, t } from '../base/i18n.js';
import { said } from './notes.js';

/** @typedef {import('../types/report.js').Report} Report */
/** @typedef {import('../types/report.js').Capability} Capability */

/** @param {Report} report */
export function abilities({ package: app, capabilities }) {
  if (!app) return null;
  const own = capabilities.filter(({ inside }) => !inside);
  return h(
    'section',
    null,
    h('h3', null, t('abilities.title')),
    h('p', { class: 'quiet' }, own.length > 0 ? t('abilities.meaning') : t('abilities.none')),
    ...groups(own),
    ...places({ capabilities }).map((place) =>
      ofInside(
        place,
        capabilities.filter(({ inside }) => inside === place),
      ),
    ),
  );
}

/**
 * The places of the apps inside the app that can do something.
 *
 * @param {Pick<Report, 'capabilities'>} report
 */
export function places({ capabilities }) {
  return [...new Set(capabilities.flatMap(({ inside }) => (inside ? [inside] : [])))];
}

/**
 * @param {string} place
 * @param {Capability[]} capabilities
 */
function ofInside(place, capabilities) {
  return h(
    'div',
    { class: 'inside' },
    h('h4', null, ...withCode(t('abilities.inside', { place: `\`${place.replaceAll('`', "'")}\`` }))),
    h('p', { class: 'quiet' }, t('abilities.inside-meaning')),
    ...groups(capabilities, place),
  );
}

/**
 * @param {Capability[]} capabilities
 * @param {string} [place] That of an app inside.
 */
function groups(capabilities, place = '') {
  /** @param {Capability['concern']} concern */
  const of = (concern) => capabilities.filter((capability) => capability.concern === concern);
  const ordinary = of('ordinary');
  return [
    group('high', of('high')),
    group('sensitive', of('sensitive')),
    ordinary.length > 0 &&
      h(
        'details',
        { 'data-part': `ordinary ${place}`.trim() },
        h('summary', null, t('abilities.ordinary', { count: ordinary.length })),
        list(ordinary),
      ),
  ];
}

/**
 * @param {Capability['concern']} concern
 * @param {Capability[]} capabilities
 */
function group(concern, capabilities) {
  return (
    capabilities.length > 0 &&
    h('div', { class: `concern ${concern}` }, h('h4', null, t(`abilities.${concern}`)), list(capabilities))
  );
}

/** @param {Capability[]} capabilities */
function list(capabilities) {
  return h('ul', { class: 'notes' }, ...capabilities.map(item));
}

/** @param {Capability} capability */
function item(capability) {
  return h('li', { 'data-code': capability.code }, said(languages.capability(capability)));
}

/**
 * Which permissions and components show each ability.
 *
 * @param {Capability[]} capabilities
 */
export function abilityEvidence(capabilities) {
  if (capabilities.length === 0) return null;
  const rows = capabilities.map((capability) => {
    const names = h('ul', { class: 'names' }, ...capability.evidence.map((name) => h('li', null, code(name))));
    return h(
      'li',
      null,
      said(languages.capability(capability)),
      capability.inside && inPlace(capability.inside),
      names,
    );
  });
  return h('section', null, h('h4', null, t('abilities.shown-by')), h('ul', { class: 'notes' }, ...rows));
}

/** @param {string} place */
function inPlace(place) {
  return h('span', { class: 'quiet' }, ' ', code(place));
}
