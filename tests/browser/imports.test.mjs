/** The page's modules and folders import each other in one direction only. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from './harness.mjs';

/** @typedef {Map<string, Set<string>>} Graph Each module or folder, and those that it imports. */

const APP = join(ROOT, 'www/app');
const IMPORT = /^(?:import|export)\s(?:[^'";=()]*\sfrom\s)?\s*'(\.[^']+)'/gm;

/** @returns {Promise<Graph>} */
async function modules() {
  const names = (await readdir(APP, { recursive: true })).filter((name) => name.endsWith('.js'));
  /** @param {string} name */
  const imported = async (name) => {
    const source = await readFile(join(APP, name), 'utf8');
    return new Set(Array.from(source.matchAll(IMPORT), ([, path = '']) => join(dirname(name), path)));
  };
  return new Map(await Promise.all(names.map(async (name) => /** @type {const} */ ([name, await imported(name)]))));
}

/**
 * @param {Graph} graph
 * @returns {Graph}
 */
function folders(graph) {
  const between = new Map();
  for (const [name, targets] of graph) {
    const folder = dirname(name);
    const others = [...targets].map(dirname).filter((other) => other !== folder);
    between.set(folder, new Set([...(between.get(folder) ?? []), ...others]));
  }
  return between;
}

/**
 * Returns a cycle as the path around it, or an empty array.
 *
 * @param {Graph} graph
 */
function cycle(graph) {
  const finished = new Set();
  /** @type {(name: string, path: string[]) => string[]} */
  const visit = (name, path) => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (finished.has(name)) return [];
    for (const target of graph.get(name) ?? []) {
      const found = visit(target, [...path, name]);
      if (found.length > 0) return found;
    }
    finished.add(name);
    return [];
  };
  return [...graph.keys()].map((name) => visit(name, [])).find((found) => found.length > 0) ?? [];
}

describe('imports', () => {
  it('finds every import', async () => {
    const graph = await modules();
    assert.ok(graph.get('main.js')?.has('core/core.js'));
    for (const [name, targets] of graph)
      for (const target of targets) assert.ok(graph.has(target), `${name} imports ${target}`);
  });

  it('has no cycle of modules', async () => assert.deepEqual(cycle(await modules()), []));

  it('has no cycle of folders', async () => assert.deepEqual(cycle(folders(await modules())), []));

  it('would find a cycle', () => {
    const graph = new Map([
      ['a/one.js', new Set(['b/two.js'])],
      ['a/three.js', new Set()],
      ['b/two.js', new Set(['a/three.js'])],
    ]);
    assert.deepEqual(cycle(graph), []);
    assert.deepEqual(cycle(folders(graph)), ['a', 'b', 'a']);
    assert.deepEqual(cycle(graph.set('a/three.js', new Set(['a/one.js']))), [
      'a/one.js',
      'b/two.js',
      'a/three.js',
      'a/one.js',
    ]);
  });
});
