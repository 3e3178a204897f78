/** Loads the core and the languages, and builds the page. */

import { h } from './base/dom.js';
import { languages, t } from './base/i18n.js';
import { theCore } from './core/core.js';
import { Pool } from './core/pool.js';
import { LanguagePicker } from './elements/language-picker.js';
import { PageSections } from './elements/page-sections.js';
import { watchPrinting } from './elements/print-sheet.js';
import { QuickExit } from './elements/quick-exit.js';
import { database } from './lists/database.js';
import { OwnLists } from './lists/own-lists.js';
import { Session } from './session/session.js';

const opening = document.querySelector('.opening');

try {
  const [core] = await Promise.all([theCore(), languages.load()]);
  database.learn(core);
  const lists = new OwnLists(core);
  start(new Session(new Pool(() => core.createWorker(lists.used)), lists));
} catch (error) {
  // The languages may be missing, too, so index.html holds this sentence in English.
  opening?.replaceChildren(document.querySelector('template')?.content.textContent ?? '');
  console.error(error);
}

/** @param {Session} session */
function start(session) {
  const skip = h('a', { class: 'skip', href: '#main', on: { click: skipToMain } });
  const footer = h('footer');
  const draw = () => {
    skip.textContent = t('skip');
    footer.textContent = t('footer');
  };
  languages.addEventListener('change', draw);
  draw();
  document.querySelector('header')?.append(new LanguagePicker(), new QuickExit(() => session.clear()));
  opening?.replaceWith(new PageSections(session));
  document.body.prepend(skip);
  document.body.append(footer);
  watchPrinting(() => (session.selected?.report ? [session.selected] : []));
}

/** Following the link would make a history entry. @param {Event} event */
function skipToMain(event) {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
