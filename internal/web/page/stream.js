// What happened, by cause, the newest first. Each entry says why when it is touched.

import { Keyed, arrange, attribute, button, byID, make, text } from './dom.js';

/** So many entries are shown at most, as many as the server keeps for a page. */
const SHOWN = 100;

const entries = new Keyed((n) => new Entry(n));
let asked = () => {};

/** onEntry says who is told the number of an entry that was touched. */
export function onEntry(tell) {
  asked = tell;
}

/** showStream shows the entries of these numbers anew. */
export function showStream(model, numbers) {
  for (const n of numbers) {
    const part = model.get(`e:${n}`);
    if (part) entries.get(n).show(part);
    else entries.drop(n);
  }
  const newest = [...entries.views.keys()].sort((a, b) => b - a).slice(0, SHOWN);
  arrange(byID('stream'), newest.map((n) => entries.get(n).node));
}

class Entry {
  constructor(n) {
    this.at = make('time');
    this.levels = make('span', 'levels');
    const why = button('entry');
    why.append(this.at, this.levels);
    why.addEventListener('click', () => asked(n));
    this.node = make('li', '', why);
  }

  show({ at, levels = [], tone }) {
    text(this.at, at);
    attribute(this.node, 'data-tone', tone);
    while (this.levels.children.length > levels.length) this.levels.lastElementChild.remove();
    levels.forEach((words, i) => {
      const level = this.levels.children[i] ?? this.levels.appendChild(make('bdi', 'level'));
      text(level, words);
    });
  }
}
