// One row with a sign, a name, what it is doing, a button for what is natural and one for
// all else. Appliances and scenes are such rows.

import { attribute, button, hide, make, text } from './dom.js';

/** How long a finger rests for all actions (ms). */
const LONG = 500;
/** How far it may stray meanwhile (px). */
const STRAY = 10;

let made = 0;

export class Tile {
  /** on has natural(tile) and more(tile): what touching it and its second button do. */
  constructor(on) {
    this.sign = make('span', 'sign');
    this.sign.setAttribute('aria-hidden', 'true');
    this.name = make('bdi', 'name');
    this.word = make('bdi', 'state');
    this.details = make('bdi', 'details');
    this.failed = make('bdi', 'failed');
    this.bar = make('div', 'bar', make('span'));
    this.bar.setAttribute('role', 'progressbar');
    this.bar.setAttribute('aria-valuemin', '0');
    this.bar.setAttribute('aria-valuemax', '100');
    this.left = make('bdi', 'left');
    this.act = button('act');
    this.more = button('more', '⋯');
    const title = make('h3', 'title', this.name);
    const says = make('p', 'says', this.word, ' ', this.details, ' ', this.left, ' ', this.failed);
    says.id = `says-${++made}`;
    this.act.setAttribute('aria-describedby', says.id);
    this.node = make('li', 'tile', this.sign, make('div', 'body', title, says, this.bar), this.act, this.more);
    this.act.addEventListener('click', () => this.#swallowed || on.natural(this));
    this.more.addEventListener('click', () => on.more(this));
    this.#longPress(() => on.more(this));
  }

  #swallowed = false; // a long press is no tap too

  #longPress(then) {
    let timer = 0;
    let at = null;
    const end = () => clearTimeout(timer);
    const begin = (e) => {
      end();
      this.#swallowed = false;
      if (!e.isPrimary || e.pointerType === 'mouse' || e.target === this.more) return;
      at = e;
      timer = setTimeout(() => {
        this.#swallowed = true;
        then();
      }, LONG);
    };
    this.node.addEventListener('pointerdown', begin);
    this.node.addEventListener('pointermove', (e) => at && Math.hypot(e.x - at.x, e.y - at.y) > STRAY && end());
    for (const type of ['pointerup', 'pointercancel', 'pointerleave']) this.node.addEventListener(type, end);
    this.node.addEventListener('keydown', () => (this.#swallowed = false));
    this.node.addEventListener('contextmenu', (e) => {
      e.preventDefault();
      end();
      if (!this.#swallowed) then();
    });
  }

  /**
   * show draws what a tile says: called (its name on the row), full (its name anywhere),
   * phase, word, details, failed, progress (0 to 1), left, act (the word on the button; ''
   * for none), aim (asked for and not yet confirmed), old, reason (why it cannot be acted).
   */
  show(t) {
    attribute(this.node, 'data-phase', t.phase);
    attribute(this.node, 'data-old', t.old ? '' : null);
    attribute(this.node, 'data-aim', t.aim ? '' : null);
    text(this.name, t.called);
    text(this.word, t.word);
    text(this.details, t.details);
    text(this.failed, t.failed);
    this.#showCourse(t);
    this.#showButtons(t);
  }

  #showCourse({ progress, left, full }) {
    const percent = progress === undefined ? undefined : Math.round(progress * 100);
    hide(this.bar, percent === undefined);
    text(this.left, left);
    if (percent === undefined || this.percent === percent) return;
    this.percent = percent;
    attribute(this.bar, 'aria-valuenow', percent);
    attribute(this.bar, 'aria-label', `progress of ${full}`);
    this.bar.firstChild.style.setProperty('--done', `${percent}%`);
  }

  #showButtons({ full, word, act, reason, old }) {
    const selected = document.activeElement === this.act;
    text(this.act, act);
    if (selected) this.main.focus({ preventScroll: true });
    attribute(this.act, 'aria-label', [full, word, old ? 'old' : '', act].filter(Boolean).join(', '));
    attribute(this.act, 'aria-disabled', reason ? 'true' : null);
    attribute(this.act, 'title', reason || null);
    attribute(this.more, 'aria-label', `${full}: all actions and why`);
  }

  /** main is the button that the arrow keys go to. */
  get main() {
    return this.act.hidden ? this.more : this.act;
  }
}
