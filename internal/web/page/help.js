// The page of help, and whether single keys do something.

import { byID, make } from './dom.js';
import { closeOutside, closer } from './sheet.js';

const KEY = 'homebus-keys';

const KEYS = [
  ['enter space', 'do what is natural: toggle a light, start the toaster; run or stop a scene'],
  ['↑ ↓ ← → k j h l', 'to the next appliance or scene in that direction'],
  ['1 … 9', 'to the room of that number'],
  ['a', 'all actions of the selected appliance, with their parameters'],
  ['w', 'why: what led to its last report'],
  ['f', 'set or clear a fault of the simulated appliance'],
  ['s', 'to the scenes'],
  ['/', 'show only what matches, as you type'],
  ['esc', 'close, or show everything again'],
  ['tab', 'the next control (shift: the one before)'],
  ['?', 'this page'],
];

const TOUCH = [
  ['tap', 'a row does what its word says: toggle, start, take it'],
  ['⋯ or a long press', 'all actions with their parameters, why, and faults'],
];

export class Help {
  #dialog = byID('help');

  constructor() {
    const title = make('h2', 'sheet-title', 'Help');
    title.id = 'help-title';
    this.box = make('input');
    Object.assign(this.box, { type: 'checkbox', checked: read() !== 'off' });
    this.box.addEventListener('change', () => write(this.box.checked ? 'on' : 'off'));
    const keys = make('label', 'field row', this.box, make('span', '', 'Single letters and digits are keys'));
    this.#dialog.append(
      make('header', 'sheet-head', title, closer(this.#dialog)),
      make('h3', '', 'Touch and mouse'), list(TOUCH),
      make('h3', '', 'Keys'), list(KEYS), keys,
      make('p', 'doc', '“on → off …” was asked for and is not yet reported. What is grey is old or cannot be reached.'),
      make('p', 'doc', 'For a screen on the wall, open this page with ?kiosk at the end of its address.'));
    closeOutside(this.#dialog);
    byID('ask-help').addEventListener('click', () => this.open());
  }

  open() {
    this.#dialog.showModal();
  }

  /** keysOn says whether single letters are keys: a person who dictates turns them off. */
  get keysOn() {
    return this.box.checked;
  }
}

function list(rows) {
  return make('dl', 'keys', ...rows.map(([keys, does]) => make('div', '', make('dt', '', keys), make('dd', '', does))));
}

function read() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function write(value) {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // remembered only while the page is open
  }
}
