/**
 * Stands in for the core, with the same interface (wasm-bindgen's `no-modules` target), so that the tests can show the
 * page every state: a "file" is a JSON object that says which report is given, and how.
 *
 * `{ report }`: that report, or `{ reports }`: those of the apps in it; `slow`: how many milliseconds it takes, with progress; `crash`: fails with this message;
 * `hang`: never ends, and gives no sign. A "list" is one that says what the core says of it: `{ told }`, `{ refused }`
 * with a code and a message. In "rules", each line is a rule, one that begins with `!` a mistake, with `?` a
 * rule that is left out with the module it needs (`? name module`), with `<` the name of a file that is included.
 */
'use strict';

/** @typedef {import('../../../www/app/types/report.js').Report} Report */

const SOURCE = {
  name: 'echap',
  title: 'Stalkerware indicators of compromise',
  url: 'https://lists.example/stalkerware-indicators',
  licence: 'CC-BY-4.0',
  date: '2026-06-21',
};

/** @implements {Omit<wasm_bindgen.Analyzer, 'free' | typeof Symbol.dispose>} */
class Analyzer {
  /**
   * @param {Uint8Array} database
   * @param {[name: string, text: string][]} rules
   */
  constructor(database, rules) {
    if (!(database instanceof Uint8Array)) throw new Error('no database');
    if (!Array.isArray(rules)) throw new Error('no rules');
    this.rules = rules;
    /** @type {{ name: string, date: string }[]} */
    this.lists = [];
    const mistakes = rules.flatMap(([name, text]) => {
      const line = text.split('\n').findIndex((one) => one.startsWith('!'));
      const included = text
        .split('\n')
        .filter((one) => one.startsWith('<'))
        .map((one) => one.slice(2));
      const missing = included.filter((file) => !rules.some(([other]) => other === file));
      return [
        ...(line < 0 ? [] : [`${name}:${line + 1}:1: syntax error`]),
        ...missing.map((file) => `${name}:1:1: the file “${file}” is not among the files that were given`),
      ];
    });
    if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  }

  databaseInfo() {
    const lines = this.rules.flatMap(([file, text]) =>
      text
        .trim()
        .split('\n')
        .map((line) => ({ file, line })),
    );
    const count = 5 + lines.filter(({ line }) => !/^[?<]/.test(line)).length;
    const skipped = lines
      .filter(({ line }) => line.startsWith('?'))
      .map(({ file, line }) => ({ file, line: 1, rule: line.split(' ')[1], module: line.split(' ')[2] }));
    return JSON.stringify({
      database: {
        version: '2026.06.21',
        date: '2026-06-21',
        families: { stalkerware: 80, watchware: 12, 'dual-use': 40 },
        indicators: { package: 1200, 'certificate-sha1': 300, 'c2-domain': 450 },
        sources: [SOURCE],
      },
      rules: { files: ['apklens.yar', ...this.rules.map(([name]) => name)], count, skipped },
      old_after_days: 180,
    });
  }

  /**
   * @param {Uint8Array} bytes
   * @param {string} name
   * @param {string} date
   * @param {string} _now
   * @param {string} assumed
   */
  addIndicators(bytes, name, date, _now, assumed) {
    const { told, refused, hang } = JSON.parse(new TextDecoder().decode(bytes));
    while (hang);
    if (refused) throw Object.assign(new Error(refused.message), { name: refused.code });
    this.lists.push({ name, date });
    const contents = {
      version: date,
      date,
      families: { [assumed]: 1 },
      indicators: {},
      sources: [],
      ...told.contents,
    };
    return JSON.stringify({
      format: 'plain',
      used: 1,
      skipped: 0,
      named: [],
      class_assumed: 0,
      publisher: null,
      ...told,
      contents,
    });
  }

  /**
   * @param {string} reports
   * @param {string} when
   */
  toStix(reports, when) {
    return JSON.stringify({
      type: 'bundle',
      when,
      reports: JSON.parse(reports).map((/** @type {Report} */ { file }) => file.name),
    });
  }

  /**
   * @param {string} reports
   * @param {string} when
   */
  toMisp(reports, when) {
    return JSON.stringify({ Event: { date: when, info: JSON.parse(reports).length } });
  }

  /**
   * @param {File} file
   * @param {string} name
   * @param {File | undefined} idsig
   * @param {(phase: string, done: number, total: number) => void} progress
   * @param {Uint8Array | undefined} _digests
   * @param {string | undefined} path
   */
  analyze(file, name, idsig, progress, _digests, path) {
    const { report, reports = [report], slow = 0, crash, hang } = JSON.parse(new FileReaderSync().readAsText(file));
    while (hang);
    const begin = performance.now();
    for (let done = 0; done < slow; done = performance.now() - begin) {
      const half = slow / 2;
      progress(done < half ? 'hashing' : 'reading', done % half, half);
    }
    if (crash) throw new WebAssembly.RuntimeError(crash);
    if (report) report.file.name = name;
    for (const one of reports) {
      if (path !== undefined) one.file.path = path;
      if (this.lists.length + this.rules.length > 0) {
        one.tool.sources = [{ name: SOURCE.name, date: SOURCE.date }, ...this.lists];
        one.tool.rules = ['apklens.yar', ...this.rules.map(([file]) => file)];
      }
      if (idsig) one.file.size += idsig.size;
    }
    return `[${reports.map((/** @type {Report} */ one) => JSON.stringify(one)).join(',\n')}]`;
  }
}

/** @param {{ module_or_path: WebAssembly.Module }} options */
async function load({ module_or_path }) {
  if (!(module_or_path instanceof WebAssembly.Module)) throw new Error('no compiled module');
}

Object.assign(globalThis, { wasm_bindgen: Object.assign(load, { Analyzer, contentsLength: () => 0 }) });
