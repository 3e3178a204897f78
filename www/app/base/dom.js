/** Builds elements. Text is only ever set as text: no string of an app can become markup. */

import { printable } from './printable.js';

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An element with attributes (`on` holds event listeners; `false`, `null` and `undefined` leave an attribute out) and
 * children.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown> | null} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === 'on') listen(element, /** @type {Record<string, EventListener>} */ (value));
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...kept(children));
  return element;
}

/**
 * Puts children in the place of those that an element has.
 *
 * @param {Element} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...kept(children));
}

/**
 * A string of the file itself (an identifier, a digest, a path): set apart from the sentence's direction and language,
 * and allowed to break anywhere.
 *
 * @param {string} text
 */
export function code(text) {
  return h('code', { dir: 'ltr', translate: 'no' }, printable(text));
}

/**
 * A sentence of a message: what stands in it between backticks is code.
 *
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function withCode(text) {
  return text.split('`').map((part, at) => (at % 2 === 0 ? part : code(part)));
}

/** @param {Child[]} children */
function kept(children) {
  return /** @type {(Node | string)[]} */ (children.filter((child) => child || child === ''));
}

/**
 * @param {Element} element
 * @param {Record<string, EventListener>} listeners
 */
function listen(element, listeners) {
  for (const [type, listener] of Object.entries(listeners)) element.addEventListener(type, listener);
}
