/** Buttons that lead on to another section of the page. */

import { h } from '../base/dom.js';
import { t } from '../base/i18n.js';

/**
 * Says the name of the section that it leads to; `page-sections` listens for `lead`.
 *
 * @param {'check' | 'guide' | 'help'} section
 * @param {string} [kind] The button's class.
 */
export function leadOn(section, kind) {
  /** @type {HTMLButtonElement} */
  const button = h(
    'button',
    {
      type: 'button',
      class: kind,
      'data-lead': section,
      on: { click: () => button.dispatchEvent(new CustomEvent('lead', { bubbles: true, detail: section })) },
    },
    t(`nav.${section}`),
  );
  return button;
}
