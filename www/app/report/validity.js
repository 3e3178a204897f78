/**
 * What the dates of a certificate mean. Android does not look at them when it installs an app (docs/certificates.md), so
 * that none of this counts for or against the app.
 */

/** Certificates of apps are made for 25 or 30 years (Google Play asks for 2033 at least); websites' for months. */
const DECADES = 20;
const CENTURY = 100;
const YEAR = 365.2425 * 24 * 60 * 60 * 1000;

/**
 * The message that says what the dates mean; none where they are nothing to speak of, or cannot be read.
 *
 * @param {import('../types/report.js').Certificate} certificate
 * @param {Date} when The day of the check.
 */
export function validity({ not_before: first, not_after: last }, when) {
  const [from, until, now] = [Date.parse(first), Date.parse(last), when.getTime()];
  if (Number.isNaN(from) || Number.isNaN(until)) return null;
  if (until < now) return 'validity.expired';
  if (from > now) return 'validity.not-yet';
  const years = (until - from) / YEAR;
  if (years > CENTURY) return 'validity.century';
  return years >= DECADES ? 'validity.decades' : null;
}
