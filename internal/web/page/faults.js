// The faults that a simulated appliance can be given.

import { attribute, button, make, text } from './dom.js';

/** For how long a fault is usually wanted; '' is until it is cleared. */
const SPANS = [['', 'until it is cleared'], ['10s', '10 seconds'], ['1m', 'a minute'], ['2m', '2 minutes'], ['10m', '10 minutes'], ['1h', 'an hour']];

export class Faults {
  #rows = new Map();

  /** does(button, { kind, for } or { kind, clear }) asks for it. */
  constructor(faults, does) {
    this.span = make('select');
    this.span.append(...SPANS.map(([value, words]) => {
      const option = make('option', '', words);
      option.value = value;
      return option;
    }));
    const label = make('label', 'field', make('span', 'field-name', 'for'), this.span);
    const all = button('go', 'clear all');
    all.addEventListener('click', () => does(all, { clear: true }));
    const list = make('ul', 'faults', ...faults.map((f) => this.#row(f, does)));
    const note = make('p', 'quiet', 'Faults are the simulator’s: a real appliance has none of these keys.');
    this.node = make('div', '', note, label, list, make('div', 'action', all));
  }

  #row({ name, doc, set }, does) {
    const toggle = button('go');
    const row = { toggle, name, set: Boolean(set), state: make('span', 'fault-state') };
    toggle.addEventListener('click', () => does(toggle, row.set
      ? { kind: name, clear: true }
      : { kind: name, ...(this.span.value && { for: this.span.value }) }));
    this.#rows.set(name, row);
    this.#draw(row);
    const words = make('div', '', make('bdi', 'fault-name', name), ' ', row.state, make('p', 'doc', make('bdi', '', doc ?? '')));
    return make('li', '', words, toggle);
  }

  #draw(row) {
    text(row.toggle, row.set ? 'clear' : 'set');
    attribute(row.toggle, 'aria-label', `${row.set ? 'clear' : 'set'} ${row.name}`);
    text(row.state, row.set ? 'is set' : '');
  }

  /** show marks which faults are set, where that is known. */
  show(set = []) {
    for (const row of this.#rows.values()) {
      row.set = set.includes(row.name);
      this.#draw(row);
    }
  }
}
