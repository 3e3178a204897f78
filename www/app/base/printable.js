/**
 * Characters that turn the reading direction can make a name read as another one (Unicode Standard Annex #9), and
 * control characters and separators of lines hide: in what an app says they are shown as escapes, as the core's
 * sentences do (src/note.rs).
 */
const HIDDEN = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** @param {string} text A string from the file under examination. */
export function printable(text) {
  return text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
