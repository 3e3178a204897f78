import { fill, h, withCode } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { readBytes } from '../base/resources.js';
import { BEFORE, NONE, PICTURES, WAYS } from '../guide/steps.js';
import { CommandLines } from './command-lines.js';
import { leadOn } from './lead-on.js';
import { View } from './view.js';

/** @typedef {import('../guide/steps.js').Picture} Picture */
/** @typedef {import('../guide/steps.js').Step} Step */
/** @typedef {import('../guide/steps.js').Way} Way */

/** How to get the app's file from the phone: the warnings first, then the ways, then what to do with the files. */
export class GuideView extends View {
  /** The addresses of the drawings, once they are read. @type {Map<Picture, Promise<string>>} */
  #drawings = new Map();

  /** @override */
  connectedCallback() {
    for (const name of /** @type {Picture[]} */ (Object.keys(PICTURES))) this.#drawings.set(name, drawing(name));
    super.connectedCallback();
  }

  /** @override */
  render() {
    // A change of language must not fold what was unfolded.
    const unfolded = new Set(Array.from(this.querySelectorAll('.way[open]'), (way) => way.getAttribute('data-way')));
    fill(
      this,
      h('h1', null, t('guide.title')),
      h('p', null, ...withCode(t('guide.lead'))),
      this.#before(),
      this.#ways(unfolded),
      this.#none(),
      this.#check(),
    );
  }

  #before() {
    return h(
      'section',
      { class: 'guide-before' },
      h('h2', null, t('guide.before.title')),
      h('div', { class: 'beside' }, h('p', null, t('guide.before.lead')), this.#picture('devices')),
      h(
        'ul',
        null,
        ...BEFORE.map((id) =>
          h('li', null, h('strong', null, t(`guide.before.${id}.title`)), ' ', t(`guide.before.${id}.text`)),
        ),
      ),
      leadOn('help'),
    );
  }

  /** @param {Set<string | null>} unfolded */
  #ways(unfolded) {
    return h(
      'section',
      null,
      h('h2', null, t('guide.ways.title')),
      h('p', null, t('guide.ways.lead')),
      ...WAYS.map((way) => this.#way(way, unfolded.has(way.id))),
    );
  }

  /**
   * @param {Way} way
   * @param {boolean} open
   */
  #way({ id, noticed, steps, after }, open) {
    return h(
      'details',
      { class: 'way', 'data-way': id, open },
      h('summary', null, h('h3', null, t(`guide.${id}.title`))),
      h(
        'dl',
        null,
        h('div', null, h('dt', null, t('guide.suits')), h('dd', null, t(`guide.${id}.suits`))),
        h('div', null, h('dt', null, t('guide.needs')), h('dd', null, t(`guide.${id}.needs`))),
      ),
      h(
        'div',
        { class: 'noticed' },
        h('h4', null, t('guide.noticed')),
        h('ul', null, ...noticed.map((one) => h('li', null, ...withCode(t(`guide.${id}.noticed.${one}`))))),
      ),
      h('h4', null, t('guide.steps')),
      h('ol', null, ...steps.map((step) => this.#step(step, t(`guide.${id}.step.${step.id}`)))),
      h('h4', null, t('guide.after')),
      h('ul', null, ...after.map((step) => this.#step(step, t(`guide.${id}.after.${step.id}`)))),
    );
  }

  /**
   * @param {Step} step
   * @param {string} text
   */
  #step({ picture, commands }, text) {
    return h(
      'li',
      null,
      h('div', { class: 'beside' }, h('p', null, ...withCode(text)), picture && this.#picture(picture)),
      commands && new CommandLines(commands),
    );
  }

  #none() {
    return h(
      'section',
      null,
      h('h2', null, t('guide.none.title')),
      h('ul', null, ...NONE.map((id) => h('li', null, t(`guide.none.${id}`)))),
    );
  }

  #check() {
    return h(
      'section',
      null,
      h('h2', null, t('guide.check.title')),
      h('div', { class: 'beside' }, h('p', null, t('guide.check.text')), this.#picture('drop')),
      leadOn('check'),
    );
  }

  /** @param {Picture} name */
  #picture(name) {
    const directed = PICTURES[name].directed ? ' directed' : '';
    const image = h('img', { class: `picture${directed}`, alt: t(`guide.picture.${name}`), width: 240, height: 160 });
    this.#drawings.get(name)?.then((address) => (image.src = address));
    return image;
  }
}

/** @param {Picture} name */
async function drawing(name) {
  return URL.createObjectURL(new Blob([await readBytes(`data/guide/${name}.svg`)], { type: 'image/svg+xml' }));
}

customElements.define('guide-view', GuideView);
