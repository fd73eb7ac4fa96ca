// The terminal's keys, where a browser leaves them free.

import { byID } from './dom.js';

const WAYS = {
  ArrowUp: [0, -1], k: [0, -1], ArrowDown: [0, 1], j: [0, 1],
  ArrowLeft: [-1, 0], h: [-1, 0], ArrowRight: [1, 0], l: [1, 0],
};
/** How much worse an appliance is for each pixel that it lies aside of the way. */
const ASIDE = 2;

/**
 * listen binds the keys. does has the functions open(subject, tab), help(), escape() and
 * room(n), which returns a card; help has keysOn.
 */
export function listen(help, does) {
  addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.defaultPrevented) return;
    if (document.querySelector('dialog[open]')) return inSheet(e, help, does);
    if (e.key === 'Escape') return does.escape();
    if (typing(e.target) || (e.key.length === 1 && !help.keysOn)) return;
    if (onPicture(e.key, does)) e.preventDefault();
  });
}

/** typing says whether a key would go to what has the focus. */
function typing(target) {
  return target.matches('textarea, select, input:not([type=checkbox]):not([type=range])');
}

function inSheet(e, help, does) {
  const tab = { a: 'actions', w: 'why', f: 'faults' }[e.key];
  if (tab && help.keysOn && byID('sheet').open && !typing(e.target)) does.turn(tab);
}

/** onPicture does what a key means on the picture; false if it means nothing. */
function onPicture(key, does) {
  if (WAYS[key]) return step(...WAYS[key]);
  if (/^[1-9]$/.test(key)) return focusOn(does.room(Number(key) - 1)?.querySelector('.tile'));
  const tab = { a: 'actions', w: 'why', f: 'faults' }[key];
  if (tab) return does.open(document.activeElement?.closest('.tile'), tab);
  switch (key) {
    case 's':
      return focusOn(byID('scenes').querySelector('.tile'));
    case '/':
      byID('filter').focus();
      byID('filter').select();
      return true;
    case '?':
      does.help();
      return true;
  }
  return false;
}

/** focusOn selects a row: the focus goes to its button, or to all else if it has none. */
export function focusOn(tile) {
  if (!tile) return false;
  const control = tile.querySelector('.act:not([hidden])') ?? tile.querySelector('.more');
  control.focus({ preventScroll: true });
  tile.scrollIntoView({ block: 'nearest' });
  return true;
}

/** step goes to the nearest row in a direction; to the first one from nowhere. */
function step(dx, dy) {
  const tiles = [...document.querySelectorAll('.tile')];
  const here = document.activeElement?.closest('.tile');
  if (!here) return focusOn(tiles[0]);
  const from = middle(here);
  let best = null;
  let least = Infinity;
  for (const tile of tiles) {
    const to = middle(tile);
    const along = (to.x - from.x) * dx + (to.y - from.y) * dy;
    const aside = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
    const far = along + ASIDE * aside;
    if (tile !== here && along > 1 && far < least) [best, least] = [tile, far];
  }
  return focusOn(best);
}

function middle(node) {
  const r = node.getBoundingClientRect();
  return { x: (r.left + r.right) / 2, y: (r.top + r.bottom) / 2 };
}
