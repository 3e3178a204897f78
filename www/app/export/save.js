/** Offers a file for download. */

/** @typedef {import('../session/session.js').Result} Result */

/** How many characters of a digest identify a file. */
const DIGEST_PREFIX = 8;

/**
 * A name that is enough to find the file by and says nothing about its subject: the date, and the beginning of the
 * app's digest or the number of apps.
 *
 * @param {Result[]} results
 * @param {string} extension
 */
export function fileName(results, extension) {
  const [only] = results;
  const day = (only?.checkedAt ?? new Date()).toLocaleDateString('sv');
  const which = results.length === 1 ? only?.report?.file.sha256.slice(0, DIGEST_PREFIX) || '0' : `${results.length}`;
  return `report-${day}-${which}.${extension}`;
}

/**
 * @param {string} name
 * @param {string} type The media type.
 * @param {string} content
 */
export function save(name, type, content) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser may not have read it yet.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
