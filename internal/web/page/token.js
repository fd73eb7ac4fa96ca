// The token without which a listener that others can reach lets nobody act.

import { button, byID, make, text } from './dom.js';
import { closeOutside, closer } from './sheet.js';
import { Refusal } from './socket.js';

const KEY = 'homebus-token';

export class Token {
  #dialog = byID('token');
  #given = ''; // of this page, until it is closed

  /** onAllowed is called when the server took the token. */
  constructor(actor, onAllowed) {
    this.actor = actor;
    this.onAllowed = onAllowed;
    this.#build();
  }

  #build() {
    const title = make('h2', 'sheet-title', 'Look only');
    title.id = 'token-title';
    this.why = make('p', 'doc');
    this.field = make('input');
    Object.assign(this.field, { type: 'password', id: 'token-field', autocomplete: 'off', required: true, maxLength: 1000 });
    const label = make('label', 'field-name', 'Token');
    label.htmlFor = 'token-field';
    this.keep = make('input');
    Object.assign(this.keep, { type: 'checkbox', id: 'token-keep' });
    const keepLabel = make('label', 'field row', this.keep, make('span', '', 'Remember it on this device'));
    const go = button('go', 'unlock');
    go.type = 'submit';
    this.status = make('p', 'status failed');
    this.status.setAttribute('role', 'alert');
    const form = make('form', 'action', make('div', 'field', label, this.field), keepLabel, go, this.status);
    form.noValidate = true;
    form.addEventListener('submit', (e) => {
      e.preventDefault();
      this.#try(this.field.value.trim());
    });
    this.#dialog.append(make('header', 'sheet-head', title, closer(this.#dialog)), this.why, form);
    closeOutside(this.#dialog);
    this.#dialog.addEventListener('close', () => (this.field.value = ''));
  }

  /** open asks the person for the token. */
  open() {
    text(this.why, this.actor.why);
    this.status.textContent = '';
    if (!this.#dialog.open) this.#dialog.showModal();
    this.field.focus();
    return false;
  }

  async #try(token) {
    if (!token) return;
    try {
      await this.actor.socket.ask({ op: 'auth', token });
    } catch (e) {
      this.status.textContent = e.message;
      return;
    }
    this.#given = token;
    if (this.keep.checked) store(token);
    this.#dialog.close();
    this.onAllowed();
  }

  /** again gives the token to a server that was connected to anew. */
  async again() {
    const token = this.#given || stored();
    if (!token) return;
    try {
      await this.actor.socket.ask({ op: 'auth', token });
      this.#given = token;
      this.onAllowed();
    } catch (e) {
      if (!(e instanceof Refusal)) return; // the next connection tries again
      this.#given = '';
      store('');
    }
  }
}

/** Storage may be forbidden to the page: then nothing is remembered. */
function stored() {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

function store(token) {
  try {
    if (token) localStorage.setItem(KEY, token);
    else localStorage.removeItem(KEY);
  } catch {
    // nothing is remembered
  }
}
