/**
 * Characters that are shown as escapes in strings from an app, as in the core's sentences (src/note.rs). Characters that
 * change the reading direction can make a name look like another one (Unicode Standard Annex #9). Control characters and
 * line separators are invisible.
 */
const HIDDEN = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** @param {string} text A string from the file under examination. */
export function printable(text) {
  return text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
