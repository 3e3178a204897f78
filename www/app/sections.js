/**
 * The page's sections, in the order of its navigation. Switching between them makes no history entry.
 * A new one needs a line here, a custom element, and the message `nav.<id>`.
 */

import { AboutView } from './elements/about-view.js';
import { CheckView } from './elements/check-view.js';
import { GuideView } from './elements/guide-view.js';
import { HelpView } from './elements/help-view.js';
import { ListsView } from './elements/lists-view.js';
import { PracticeView } from './elements/practice-view.js';

/** @typedef {import('./session.js').Session} Session */

/** @type {{ id: string, create: (session: Session) => HTMLElement }[]} */
export const SECTIONS = [
  { id: 'check', create: (session) => new CheckView(session) },
  { id: 'guide', create: () => new GuideView() },
  { id: 'help', create: () => new HelpView() },
  { id: 'practice', create: (session) => new PracticeView(session) },
  { id: 'about', create: () => new AboutView() },
  { id: 'lists', create: ({ lists }) => new ListsView(lists) },
];
