/** The verdicts' symbols: each has a shape of its own, so that colour is never the only carrier. */

/** @typedef {import('../types/report.js').Level} Level */

const SVG = 'http://www.w3.org/2000/svg';

/** @type {Record<Level, string[]>} Stroked paths on a 24 by 24 grid. */
const PATHS = {
  // An eye, looking.
  'known-stalkerware': [
    'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z',
    'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
    'M12 11.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6Z',
  ],
  // A pair of field glasses' rings: watching in the open.
  'known-watchware': [
    'M7 9.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z',
    'M17 9.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z',
    'M11 13h2',
    'M5 9.8 6.5 6M19 9.8 17.5 6',
  ],
  // Two rings that overlap: two purposes.
  'known-dual-use': ['M9 6.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Z', 'M15 6.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Z'],
  // A triangle with a mark.
  'worrying-capabilities': ['M12 3.8 21.5 20h-19Z', 'M12 10v4.5', 'M12 17.2v.1'],
  // A lens with nothing in it.
  'nothing-known': ['M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z', 'M15.3 15.3 20.5 20.5'],
  // A question.
  'could-not-check': ['M8.5 9a3.5 3.5 0 1 1 5.2 3.1c-1 .6-1.7 1.2-1.7 2.6', 'M12 18.4v.1'],
};

/** @param {Level} level */
export function symbol(level) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'symbol');
  for (const data of PATHS[level]) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', data);
    svg.append(path);
  }
  return svg;
}
