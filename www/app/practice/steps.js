/** What the practice shows and asks, in order. The words are in locales/<language>/practice.json, below these names. */

/**
 * @typedef {object} Step
 * @property {string} id
 * @property {string} app A file below data/practice/; samples/ holds its source.
 * @property {Question[]} questions
 */

/**
 * @typedef {object} Question
 * @property {string} id
 * @property {string[]} options In the order in which they are shown.
 * @property {string} best The one that fits best.
 * @property {string} part The part of the result that shows why, as a selector.
 */

/** @type {Step[]} */
export const STEPS = [
  {
    id: 'hidden',
    app: 'system-service.apk',
    questions: [
      { id: 'basis', options: ['name', 'certificate', 'abilities'], best: 'certificate', part: '.evidence' },
      { id: 'first', options: ['remove', 'confront', 'plan'], best: 'plan', part: '.steps' },
    ],
  },
  {
    id: 'family',
    app: 'family-map.apk',
    questions: [
      { id: 'meaning', options: ['depends', 'secret', 'fine'], best: 'depends', part: '.answer' },
      { id: 'strength', options: ['same', 'weaker', 'nothing'], best: 'weaker', part: '[data-part="matches"]' },
    ],
  },
  {
    id: 'work',
    app: 'device-management.apk',
    questions: [{ id: 'proof', options: ['proof', 'ignore', 'find-out'], best: 'find-out', part: '.steps' }],
  },
  {
    id: 'calculator',
    app: 'calculator.apk',
    questions: [
      { id: 'result', options: ['settled', 'open', 'caught'], best: 'open', part: '.evidence' },
      { id: 'say', options: ['believe', 'nothing', 'alarm'], best: 'believe', part: '.answer' },
    ],
  },
  {
    id: 'damaged',
    app: 'copy-from-phone.apk',
    questions: [{ id: 'meaning', options: ['none', 'purpose', 'again'], best: 'again', part: '.answer' }],
  },
];
