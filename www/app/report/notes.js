/** Lists of the core's sentences. */

import { code, h } from '../base/dom.js';
import { languages } from '../base/i18n.js';

/** @typedef {import('../types/report.js').Note} Note */

/**
 * @param {Note[]} notes
 * @param {boolean} [placed] Whether their places in the file are told.
 */
export function noteList(notes, placed = false) {
  return h('ul', { class: 'notes' }, ...notes.map((note) => item(note, placed)));
}

/**
 * @param {Note} note
 * @param {boolean} placed
 */
function item(note, placed) {
  const where = placed && note.place && h('span', { class: 'quiet' }, ' ', place(note.place));
  return h('li', { 'data-code': note.code }, said(languages.note(note)), where);
}

/**
 * A sentence of the core; one that is not in the page's language, but in English, has its direction, too.
 *
 * @param {import('../base/i18n.js').Said} sentence
 */
export function said({ text, lang }) {
  return lang === null ? text : h('bdi', { lang, dir: 'ltr' }, text);
}

/** @param {import('../types/report.js').Place} where */
export function place({ entry, offset, region, of }) {
  const at = typeof offset === 'number' ? `0x${offset.toString(16)}` : '';
  const where = code([entry, at].filter(Boolean).join(' @ '));
  if (region === undefined) return where;
  return h(
    'span',
    null,
    languages.term('region', region),
    typeof of === 'string' && ' ',
    typeof of === 'string' && code(of),
    ': ',
    where,
  );
}
