import { fill, h } from '../base/dom.js';
import { t } from '../base/i18n.js';
import { copy } from '../export/copy.js';
import { matchesToCsv, reportsToCsv } from '../export/csv.js';
import { fileName, save } from '../export/save.js';
import { reportsTo } from '../export/stix-misp.js';
import { reportToText } from '../export/text.js';
import { printReports } from './print-sheet.js';
import { View } from './view.js';

/** @typedef {import('../session/session.js').Result} Result */

/** To take along: print, save, copy. */
export class ReportTools extends View {
  #results;
  #print;

  /**
   * @param {() => Result[]} results Those that it works on, with their reports.
   * @param {'tools.print' | 'tools.print-all'} [print] What the button for printing says.
   */
  constructor(results, print = 'tools.print') {
    super();
    this.#results = results;
    this.#print = print;
  }

  /** @override */
  render() {
    fill(
      this,
      h(
        'div',
        { class: 'row', role: 'group', 'aria-label': t('tools.label') },
        tool('print', this.#print, () => printReports(this.#results())),
        tool('text', 'tools.text', (button) => copy(button, texts(this.#results()), 'tools.text')),
        tool('json', 'tools.json', () => this.#save('json', 'application/json', json(this.#results()))),
        tool('csv', 'tools.csv', () => this.#save('csv', 'text/csv', reportsToCsv(this.#results()))),
      ),
      h(
        'details',
        { class: 'more-tools' },
        h('summary', null, t('tools.more')),
        h(
          'div',
          { class: 'row' },
          tool('csv-matches', 'tools.csv-matches', () =>
            this.#save('matches.csv', 'text/csv', matchesToCsv(this.#results())),
          ),
          tool('stix', 'tools.stix', (button) => this.#make('stix', button)),
          tool('misp', 'tools.misp', (button) => this.#make('misp', button)),
        ),
      ),
    );
  }

  /**
   * @param {string} extension
   * @param {string} type
   * @param {string} content
   */
  #save(extension, type, content) {
    save(fileName(this.#results(), extension), type, content);
  }

  /**
   * @param {'stix' | 'misp'} form
   * @param {HTMLButtonElement} button
   */
  async #make(form, button) {
    const results = this.#results();
    const content = await reportsTo(form, results).catch(() => null);
    if (content === null) button.replaceChildren(t('tools.not-made'));
    else save(fileName(results, `${form}.json`), 'application/json', content);
  }
}

/**
 * @param {string} kind
 * @param {string} label
 * @param {(button: HTMLButtonElement) => void} act
 */
function tool(kind, label, act) {
  const button = h('button', { type: 'button', 'data-tool': kind, on: { click: () => act(button) } }, t(label));
  return button;
}

/** @param {Result[]} results */
function texts(results) {
  return results.map(reportToText).join('\n\n\n');
}

/**
 * An array of the core's own words, byte for byte.
 *
 * @param {Result[]} results
 */
function json(results) {
  return `[\n${results.map((result) => result.json).join(',\n')}\n]\n`;
}

customElements.define('report-tools', ReportTools);
