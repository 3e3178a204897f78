/** Every string that the page says exists in every language, is used, and has the same placeholders. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from './harness.mjs';

/** @typedef {import('../../www/app/base/i18n.js').Message} Message */

const LOCALES = join(ROOT, 'www/locales');

/** @type {{ languages: { tag: string, name: string, dir: string }[], files: string[] }} */
const INDEX = JSON.parse(await readFile(join(LOCALES, 'index.json'), 'utf8'));

/** Messages that are rightly the same in another language as in English. */
const SAME = new Set(['technical.sha256', 'technical.sha1', 'technical.md5', 'matches.source']);

/** No word of these meanings may stand in a verdict. */
const FORBIDDEN =
  /\b(safe|clean|harmless|sicher|sauber|harmlos|segur[oa]|limpi[oa]|sûr|sain|sicur[oa]|pulit[oa]|limp[oa])\b|آمن|نظيف/i;

/** The core's sentences, in English: they live in the Rust sources, once. */
const CORE = await coreMessages();

describe('languages', () => {
  it('are at least English, and each has its name and direction', () => {
    assert.ok(INDEX.languages.some(({ tag }) => tag === 'en'));
    for (const { tag, name, dir } of INDEX.languages) {
      assert.equal(new Intl.Locale(tag).language, tag);
      assert.notEqual(name, '');
      assert.ok(['ltr', 'rtl'].includes(dir));
    }
  });

  it('find in English every message that the page uses, and none that it does not', async () => {
    const english = await messages('en');
    const { keys, prefixes } = await usedKeys();
    assert.deepEqual(
      keys.filter((key) => !Object.hasOwn(english, key)),
      [],
      'missing',
    );
    const unused = Object.keys(english).filter(
      (key) => !keys.includes(key) && !prefixes.some((prefix) => prefix.test(key)),
    );
    assert.deepEqual(unused, [], 'unused');
    for (const prefix of prefixes)
      assert.ok(
        Object.keys(english).some((key) => prefix.test(key)),
        `${prefix} finds nothing`,
      );
  });

  it('have a word for every word of the report', async () => {
    const english = await messages('en');
    const schema = JSON.parse(await readFile(join(ROOT, 'docs/report.schema.json'), 'utf8'));
    /** @type {[string, string][]} */
    const kinds = [
      ['Kind', 'kind'],
      ['Class', 'class'],
      ['Strength', 'strength'],
      ['SigningStatus', 'signing'],
      ['Weakening', 'weakened'],
    ];
    const wanted = kinds.flatMap(([name, prefix]) =>
      schema.$defs[name].oneOf.map((/** @type {{ const: string }} */ value) => `${prefix}.${value.const}`),
    );
    for (const { const: status } of schema.$defs.SchemeStatus.oneOf) wanted.push(`signing.scheme-${status}`);
    for (const { const: level } of schema.$defs.Level.oneOf)
      wanted.push(`level.${level}.label`, `level.${level}.sentence`, `level.${level}.meaning`);
    assert.ok(wanted.length > 40);
    assert.deepEqual(
      wanted.filter((key) => !Object.hasOwn(english, key)),
      [],
    );
  });

  it('find the core where it is', () => {
    assert.ok(Object.keys(CORE).length > 50, `${Object.keys(CORE).length} sentences of the core`);
    assert.match(CORE['note.package-name'] ?? '', /\{family\}/);
    assert.match(CORE['capability.use-internet'] ?? '', /internet/);
  });

  for (const { tag } of INDEX.languages.filter((language) => language.tag !== 'en')) {
    it(`say everything in ${tag}`, async () => {
      const reference = { ...(await messages('en')), ...CORE };
      const translated = await messages(tag);
      assert.deepEqual(
        Object.keys(reference).filter((key) => !Object.hasOwn(translated, key)),
        [],
        'missing',
      );
      assert.deepEqual(
        Object.keys(translated).filter((key) => !Object.hasOwn(reference, key)),
        [],
        'unused',
      );
      const same = Object.keys(reference).filter(
        (key) => !SAME.has(key) && isProse(reference[key]) && isSame(reference[key], translated[key]),
      );
      assert.deepEqual(same, [], 'untranslated');
    });

    it(`say the same in ${tag}: placeholders and plurals`, async () => {
      const reference = { ...(await messages('en')), ...CORE };
      const translated = await messages(tag);
      const wanted = new Intl.PluralRules(tag).resolvedOptions().pluralCategories.toSorted();
      for (const [key, message] of Object.entries(translated)) {
        if (!Object.hasOwn(reference, key)) continue;
        const forms = variants(message);
        const placeholders = new Set(variants(reference[key] ?? '').flatMap(placeholdersOf));
        for (const form of forms) {
          for (const placeholder of placeholdersOf(form))
            assert.ok(placeholders.has(placeholder), `${tag} ${key}: ${placeholder}`);
        }
        const other = forms.at(-1) ?? '';
        for (const placeholder of placeholders)
          assert.ok(placeholdersOf(other).includes(placeholder), `${tag} ${key} lacks ${placeholder}`);
        if (typeof message === 'object') assert.deepEqual(Object.keys(message).toSorted(), wanted, `${tag} ${key}`);
      }
    });
  }

  for (const { tag } of INDEX.languages) {
    it(`never call an app safe in ${tag}`, async () => {
      for (const [key, message] of Object.entries(await messages(tag))) {
        if (/^(level|evidence|abilities|why-not|strength|practice)\./.test(key)) {
          for (const form of variants(message)) assert.doesNotMatch(form, FORBIDDEN, key);
        }
      }
    });
  }
});

/**
 * @param {string} tag
 * @returns {Promise<Record<string, Message>>}
 */
async function messages(tag) {
  const all = {};
  const names = (await readdir(join(LOCALES, tag))).toSorted();
  const wanted = tag === 'en' ? INDEX.files : [...INDEX.files, 'core'];
  assert.deepEqual(names, wanted.map((file) => `${file}.json`).toSorted(), `the files of ${tag}`);
  for (const name of names) {
    const part = JSON.parse(await readFile(join(LOCALES, tag, name), 'utf8'));
    for (const key of Object.keys(part)) assert.ok(!Object.hasOwn(all, key), `${key} stands in two files of ${tag}`);
    Object.assign(all, part);
  }
  return all;
}

/**
 * The keys that stand in the page's modules, and the patterns of those that are put together.
 *
 * A key is a string literal with a dot that looks like one; a template literal such as `` `level.${level}.label` ``
 * stands for every key of its shape.
 */
async function usedKeys() {
  const english = Object.keys(await messages('en'));
  const keys = new Set();
  const prefixes = [];
  for (const name of await readdir(join(ROOT, 'www/app'), { recursive: true })) {
    if (!name.endsWith('.js')) continue;
    const source = await readFile(join(ROOT, 'www/app', name), 'utf8');
    for (const [, key] of source.matchAll(/\bt\(\s*'([^']+)'/g)) keys.add(key);
    for (const [, one, other] of source.matchAll(/\bt\([^'`()]*\? '([^']+)' : '([^']+)'/g)) keys.add(one).add(other);
    for (const [, prefix] of source.matchAll(/languages\.term\('([^']+)'/g)) prefixes.push(new RegExp(`^${prefix}\\.`));
    for (const [, template] of source.matchAll(/\bt\(\s*`([^`]+)`/g)) prefixes.push(shape(template ?? ''));
    // Keys that are handed on before they reach t().
    for (const [, literal] of source.matchAll(/'([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+)'/g))
      if (literal && english.includes(literal)) keys.add(literal);
  }
  return { keys: [...keys], prefixes };
}

/** @param {string} template */
function shape(template) {
  const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'));
  return new RegExp(`^${parts.join('[a-z0-9-]+')}$`);
}

/**
 * Reads the templates of notes and the table of capabilities out of the Rust sources.
 *
 * @returns {Promise<Record<string, string>>}
 */
async function coreMessages() {
  /** @type {Record<string, string>} */
  const all = {};
  for (const name of await readdir(join(ROOT, 'src'), { recursive: true })) {
    if (!name.endsWith('.rs')) continue;
    const source = await readFile(join(ROOT, 'src', name), 'utf8');
    // What only the tests of a module declare is no message.
    const [shipped = ''] = source.split('#[cfg(test)]');
    for (const [, code, text] of shipped.matchAll(/\b[A-Z0-9_]+ = "([a-z0-9-]+)",\s*"((?:[^"\\]|\\.)*)"\s*;/g)) {
      all[`note.${code}`] = JSON.parse(`"${(text ?? '').replaceAll(/\\\n\s*/g, '')}"`);
    }
    if (name.endsWith('capability_table.rs')) {
      for (const [, code, text] of shipped.matchAll(/code: "([a-z0-9-]+)",[^}]*?text: "((?:[^"\\]|\\.)*)"/g))
        all[`capability.${code}`] = text ?? '';
    }
  }
  return all;
}

/** @param {Message} message */
function variants(message) {
  return typeof message === 'string' ? [message] : Object.values(message);
}

/** @param {string} text */
function placeholdersOf(text) {
  return Array.from(text.matchAll(/\{[a-z_]+\}/g), ([placeholder]) => placeholder);
}

/** More than a word or two, which may well be the same in two languages. @param {Message | undefined} message */
function isProse(message) {
  return message !== undefined && variants(message).some((form) => form.split(' ').length > 2);
}

/**
 * @param {Message | undefined} one
 * @param {Message | undefined} other
 */
function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
