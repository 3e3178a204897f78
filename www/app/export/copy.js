/** Copies to the clipboard. */

import { t } from '../base/i18n.js';

/** How long the button shows "Copied", in milliseconds. */
const TOLD_FOR = 2500;

/**
 * Copies a text. The button shows for a moment whether it worked.
 *
 * @param {HTMLButtonElement} button
 * @param {string} text
 * @param {string} label The key of what the button says otherwise.
 */
export async function copy(button, text, label) {
  const copied = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  button.replaceChildren(t(copied ? 'tools.copied' : 'tools.not-copied'));
  button.setAttribute('aria-live', 'polite');
  setTimeout(() => button.replaceChildren(t(label)), TOLD_FOR);
}
