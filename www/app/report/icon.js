/** An app's own icon: bytes of the file under examination, shown as a picture and never as anything else. */

import { h } from '../base/dom.js';

/** The kinds of picture that `<img>` draws without running anything in them. */
const MEDIA_TYPES = new Set(['image/png', 'image/webp', 'image/jpeg', 'image/gif', 'image/svg+xml']);

/**
 * The app's icon; where it has none that can be shown, its name's first letter.
 *
 * @param {import('../types/report.js').Package | null | undefined} app
 * @param {string} name
 */
export function appIcon(app, name) {
  const icon = app?.icon;
  if (!icon || !MEDIA_TYPES.has(icon.media_type) || !/^[A-Za-z0-9+/]+={0,2}$/.test(icon.data)) {
    const [letter] = new Intl.Segmenter().segment(name.toUpperCase());
    return h('span', { class: 'app-icon none', 'aria-hidden': 'true' }, letter?.segment);
  }
  const source = `data:${icon.media_type};base64,${icon.data}`;
  return h('img', { class: 'app-icon', alt: '', width: 48, height: 48, src: source });
}
