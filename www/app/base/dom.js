/** Builds elements. All text is set as text, so that no string of an app becomes markup. */

import { printable } from './printable.js';

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * Creates an element with attributes and children. The attribute `on` holds event listeners. The values `false`, `null`
 * and `undefined` leave an attribute out.
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
 * Replaces an element's children.
 *
 * @param {Element} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...kept(children));
}

/**
 * Creates an element for a string from the file under examination: an identifier, a digest, a path. The direction and
 * language of the sentence around it do not apply to it. The style lets it break anywhere.
 *
 * @param {string} text
 */
export function code(text) {
  return h('code', { dir: 'ltr', translate: 'no' }, printable(text));
}

/**
 * Splits a message into text and code. Text between backticks is code.
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
