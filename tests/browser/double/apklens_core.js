/**
 * Stands in for the core, with the same interface (wasm-bindgen's `no-modules` target), so that the tests can show the
 * page every state: a "file" is a JSON object that says which report is given, and how.
 *
 * `{ report }`: that report; `slow`: how many milliseconds it takes, with progress; `crash`: fails with this message.
 */
// @ts-nocheck: runs in a worker.
'use strict';

let wasm_bindgen = Object.assign(
  async ({ module_or_path }) => {
    if (!(module_or_path instanceof WebAssembly.Module)) throw new Error('no compiled module');
  },
  {
    Analyzer: class {
      constructor(database, rules) {
        if (!(database instanceof Uint8Array)) throw new Error('no database');
        if (!Array.isArray(rules)) throw new Error('no rules');
      }

      analyze(file, name, idsig, progress) {
        const { report, slow = 0, crash } = JSON.parse(new FileReaderSync().readAsText(file));
        const begin = performance.now();
        for (let done = 0; done < slow; done = performance.now() - begin) {
          const half = slow / 2;
          progress(done < half ? 'hashing' : 'reading', done % half, half);
        }
        if (crash) throw new WebAssembly.RuntimeError(crash);
        report.file.name = name;
        if (idsig) report.file.size += idsig.size;
        return JSON.stringify(report, null, 2);
      }
    },
  },
);
