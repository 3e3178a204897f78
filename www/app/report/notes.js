/** Lists of the core's sentences. */

import { code, h } from '../dom.js';
import { languages } from '../i18n.js';

/** @typedef {import('../report.js').Note} Note */

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
  const { text, lang } = languages.note(note);
  const where = placed && note.place && h('span', { class: 'quiet' }, ' ', place(note.place));
  return h('li', { lang, 'data-code': note.code }, text, where);
}

/** @param {import('../report.js').Place} where */
export function place({ entry, offset }) {
  const at = offset === undefined ? '' : `0x${offset.toString(16)}`;
  return code([entry, at].filter(Boolean).join(' @ '));
}
