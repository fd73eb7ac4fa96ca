// Who acts for the person: may it be done, do it once, say what went wrong.

import { byID } from './dom.js';

/** A control that was used waits for its answer, this long at most (ms). */
const BUSY = 1000;
/** And this long at least (ms), so that a double tap is one however fast the answer. */
const DOUBLE = 350;
/** How long a notice stays (ms). */
const NOTICE = 6000;

export class Actor {
  #noticed = new Map(); // place → the timer that empties it
  #act = false;
  /** why it cannot be acted, in words; '' if it can. */
  why = '';

  /** onRefused is called when a person wants to act and may not. */
  constructor(socket, onRefused) {
    this.socket = socket;
    this.onRefused = onRefused;
  }

  /** may says whether the server lets this page act, and why not. */
  may(act, why = '') {
    this.#act = act;
    this.why = act ? '' : why || 'A token is needed to change anything.';
  }

  get allowed() {
    return this.#act;
  }

  /** reason says why nothing can be done now; '' if it can. */
  get reason() {
    return this.socket.live ? this.why : 'There is no connection to the bus.';
  }

  /** once does something on behalf of a control, unless that waits for its answer yet. */
  async once(control, op) {
    if (control?.getAttribute('aria-busy') === 'true') return false;
    if (!this.socket.live) return this.say(this.reason);
    if (!this.#act) return this.onRefused();
    control?.setAttribute('aria-busy', 'true');
    const free = () => control?.removeAttribute('aria-busy');
    const timer = setTimeout(free, BUSY);
    const begun = Date.now();
    try {
      await this.socket.ask(op);
      return true;
    } catch (e) {
      return this.say(e.message);
    } finally {
      clearTimeout(timer);
      setTimeout(free, Math.max(begun + DOUBLE - Date.now(), 0));
    }
  }

  /**
   * say shows a notice for a while: in the dialog that is open, since all else is inert
   * then. It returns false, for who failed.
   */
  say(words) {
    const place = document.querySelector('dialog[open] .status') ?? byID('notice');
    place.textContent = words;
    clearTimeout(this.#noticed.get(place));
    this.#noticed.set(place, setTimeout(() => (place.textContent = ''), NOTICE));
    return false;
  }
}
