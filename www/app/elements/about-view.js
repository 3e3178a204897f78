import { fill, h } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { OfflineKeeper } from './offline-keeper.js';
import { View } from './view.js';

/** What the page does, what it does not tell, and what it keeps. */
export class AboutView extends View {
  #offline = new OfflineKeeper();

  /** @override */
  render() {
    fill(
      this,
      h('h1', null, t('about.title')),
      part('how', ['how-lists', 'how-abilities', 'how-signature']),
      part('limits', ['limits-lists', 'limits-evidence', 'limits-phone']),
      part('privacy', ['privacy-file', 'privacy-memory', 'privacy-trace', 'privacy-exit']),
      this.#offline,
      part('credits', ['credits-lists']),
    );
  }
}

/**
 * @param {string} id
 * @param {string[]} sentences
 */
function part(id, sentences) {
  return h(
    'section',
    null,
    h('h2', null, t(`about.${id}`)),
    ...sentences.map((sentence) => h('p', null, t(`about.${sentence}`))),
  );
}

customElements.define('about-view', AboutView);
