/**
 * The page's policy (`require-trusted-types-for 'script'`) lets no string become markup or a script, and lets this
 * module alone name the scripts that the page begins: its worker and its service worker.
 */

/** @type {any} */
const { trustedTypes } = globalThis;

const policy = trustedTypes?.createPolicy('apklens', { createScriptURL: (/** @type {string} */ address) => address });

/**
 * @param {string} address Of a script of the page's own.
 * @returns {string} For the browser, the same in a form that its policy trusts.
 */
export function scriptAddress(address) {
  return policy?.createScriptURL(address) ?? address;
}
