/** Describes how old a list is. */

import { languages, t } from '../base/i18n.js';
import { database, daysSince } from './database.js';

/** The average days of a month and of a year, and the limits in days up to which days and months are used. */
const MONTH = 30.44;
const YEAR = 365.25;
const DAYS_UNTIL = 45;
const MONTHS_UNTIL = 2 * YEAR;

/**
 * Returns how long ago a day was: `5 months ago`. Returns an empty string for what is no date, and for a date after the
 * device's clock.
 *
 * @param {string} date As `2026-06-21`.
 */
export function age(date) {
  const days = daysSince(date);
  if (days === null || days < 0) return '';
  if (days < DAYS_UNTIL) return languages.ago(days, 'day');
  return days < MONTHS_UNTIL
    ? languages.ago(Math.round(days / MONTH), 'month')
    : languages.ago(Math.round(days / YEAR), 'year');
}

/**
 * Returns sentences on what a report was compared with: the lists' date and age, the visitor's own lists, and a warning
 * when the lists are old.
 *
 * @param {import('../types/report.js').Tool} tool
 */
export function comparedWith(tool) {
  const date = tool.database_date;
  if (!date) return { sentences: [t('evidence.no-lists')], warning: '' };
  const span = age(date);
  const own = database.foreign(tool);
  return {
    sentences: [
      span
        ? t('age.lists', { date: languages.day(date), age: span })
        : t('evidence.lists', { date: languages.day(date) }),
      own.length > 0 ? t('age.own', { names: languages.list(own) }) : '',
    ].filter(Boolean),
    warning: database.isOld(date) ? t('age.old') : '',
  };
}
