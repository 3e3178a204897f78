import { fill, h } from '../dom.js';
import { copy } from '../export/copy.js';
import { matchesToCsv, reportsToCsv } from '../export/csv.js';
import { reportsTo } from '../export/other-forms.js';
import { reportToText } from '../export/text.js';
import { fileName, save } from '../export/save.js';
import { t } from '../i18n.js';
import { printReports } from './print-sheet.js';
import { View } from './view.js';

/** @typedef {import('../session.js').Job} Job */

/** To take along: print, save, copy. */
export class ReportTools extends View {
  #jobs;
  #print;

  /**
   * @param {() => Job[]} jobs Those that it works on, with their reports.
   * @param {'tools.print' | 'tools.print-all'} [print] What the button for printing says.
   */
  constructor(jobs, print = 'tools.print') {
    super();
    this.#jobs = jobs;
    this.#print = print;
  }

  /** @override */
  render() {
    fill(
      this,
      h(
        'div',
        { class: 'row', role: 'group', 'aria-label': t('tools.label') },
        tool('print', this.#print, () => printReports(this.#jobs())),
        tool('text', 'tools.text', (button) => copy(button, texts(this.#jobs()), 'tools.text')),
        tool('json', 'tools.json', () => this.#save('json', 'application/json', json(this.#jobs()))),
        tool('csv', 'tools.csv', () => this.#save('csv', 'text/csv', reportsToCsv(this.#jobs()))),
      ),
      h(
        'details',
        { class: 'more-tools' },
        h('summary', null, t('tools.more')),
        h(
          'div',
          { class: 'row' },
          tool('csv-matches', 'tools.csv-matches', () => this.#save('matches.csv', 'text/csv', matchesToCsv(this.#jobs()))),
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
    save(fileName(this.#jobs(), extension), type, content);
  }

  /**
   * @param {'stix' | 'misp'} form
   * @param {HTMLButtonElement} button
   */
  async #make(form, button) {
    const jobs = this.#jobs();
    const content = await reportsTo(form, jobs).catch(() => null);
    if (content === null) button.replaceChildren(t('tools.not-made'));
    else save(fileName(jobs, `${form}.json`), 'application/json', content);
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

/** @param {Job[]} jobs */
function texts(jobs) {
  return jobs.map(reportToText).join('\n\n\n');
}

/**
 * The core's own words, byte for byte; of several files, a list.
 *
 * @param {Job[]} jobs
 */
function json(jobs) {
  const [only] = jobs;
  if (jobs.length === 1 && only) return only.json;
  return `[\n${jobs.map((job) => job.json).join(',\n')}\n]\n`;
}

customElements.define('report-tools', ReportTools);
