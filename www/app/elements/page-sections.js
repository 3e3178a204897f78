import { fill, h } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { AboutView } from './about-view.js';
import { CheckView } from './check-view.js';
import { GuideView } from './guide-view.js';
import { HelpView } from './help-view.js';
import { ListsView } from './lists-view.js';
import { PracticeView } from './practice-view.js';
import { View } from './view.js';

/** @typedef {import('../session/session.js').Session} Session */

/**
 * The sections, in the order of the navigation. A new section needs a line here, a custom element, and the message
 * `nav.<id>`.
 *
 * @type {{ id: string, create: (session: Session) => HTMLElement }[]}
 */
const SECTIONS = [
  { id: 'check', create: (session) => new CheckView(session) },
  { id: 'guide', create: () => new GuideView() },
  { id: 'help', create: () => new HelpView() },
  { id: 'practice', create: (session) => new PracticeView(session) },
  { id: 'about', create: () => new AboutView() },
  { id: 'lists', create: ({ lists }) => new ListsView(lists) },
];

/** The navigation, and the section that it shows. Switching between sections makes no history entry. */
export class PageSections extends View {
  #hosts;
  #nav = h('nav');
  #main = h('main', { id: 'main', tabindex: -1 });
  #current = 'check';

  /** @param {Session} session */
  constructor(session) {
    super();
    this.#hosts = new Map(SECTIONS.map(({ id, create }) => [id, h('section', { hidden: true }, create(session))]));
    this.#main.append(...this.#hosts.values());
    // Files may be dropped in any section.
    this.addEventListener('taken', () => this.show('check'));
    // A section may lead on to another one.
    this.addEventListener('lead', (event) => this.show(/** @type {CustomEvent<string>} */ (event).detail));
  }

  /** @override */
  render() {
    if (!this.#nav.isConnected) fill(this, this.#nav, this.#main);
    this.#nav.setAttribute('aria-label', t('nav.label'));
    fill(this.#nav, h('ul', null, ...SECTIONS.map(({ id }) => h('li', null, this.#button(id)))));
    this.#draw();
  }

  /** @param {string} id */
  #button(id) {
    return h('button', { type: 'button', 'data-section': id, on: { click: () => this.show(id) } }, t(`nav.${id}`));
  }

  /** @param {string} id */
  show(id) {
    if (this.#current === id) return;
    this.#current = id;
    this.#draw();
    this.#main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  #draw() {
    for (const [id, host] of this.#hosts) host.hidden = id !== this.#current;
    for (const button of this.#nav.querySelectorAll('button')) {
      const current = button.dataset.section === this.#current;
      if (current) button.setAttribute('aria-current', 'page');
      else button.removeAttribute('aria-current');
    }
  }
}

customElements.define('page-sections', PageSections);
