/** How old a list is, in words. */

import { languages, t } from '../base/i18n.js';
import { database, daysSince } from './database.js';

/** Days in a month and in a year, on average, and until when the smaller unit is the clearer one. */
const MONTH = 30.44;
const YEAR = 365.25;
const DAYS_UNTIL = 45;
const MONTHS_UNTIL = 2 * YEAR;

/**
 * How long ago a day was: `5 months ago`; empty where the date is none, or the device's clock is before it.
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
 * What a report was compared with, in sentences: the lists' date and age, the visitor's own, a warning where they are
 * old.
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
