import { fill, h } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { canKeep, forget, isKept, keep } from '../base/offline.js';
import { View } from './view.js';

/** Keeps the page on this device, for use without a network: only when asked, as it leaves a trace there. */
export class OfflineKeeper extends View {
  #message = h('p', { role: 'status' });

  /** @override */
  render() {
    this.hidden = !canKeep();
    if (!this.hidden) this.#draw();
  }

  async #draw() {
    const kept = await isKept();
    const act = kept ? forget : keep;
    const button = h(
      'button',
      { type: 'button', on: { click: () => this.#act(act) } },
      t(kept ? 'offline.forget' : 'offline.keep'),
    );
    fill(
      this,
      h('h2', null, t('offline.title')),
      h('p', null, t(kept ? 'offline.kept' : 'offline.offer')),
      h('p', null, t('offline.trace')),
      button,
      this.#message,
      h(
        'p',
        null,
        h('a', { href: 'apklens.html', download: 'apklens.html' }, t('offline.file')),
        ' ',
        t('offline.file-use'),
      ),
    );
  }

  /** @param {() => Promise<void>} act */
  async #act(act) {
    const done = await act().then(
      () => true,
      () => false,
    );
    await this.#draw();
    this.querySelector('button')?.focus();
    this.#message.textContent = done ? '' : t('offline.failed');
  }
}

customElements.define('offline-keeper', OfflineKeeper);
