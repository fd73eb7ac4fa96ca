// The sheet of one appliance, scene or entry of what happened: all that it can be asked,
// why it is as it is, and the faults that a simulated appliance can be given.

import { attribute, button, byID, hide, make, text } from './dom.js';
import { focusOn } from './keys.js';
import { Action } from './params.js';
import { Faults } from './faults.js';
import { wordOf } from './rooms.js';
import { doWith, sceneWords } from './scenes.js';

const TABS = { actions: 'Actions', why: 'Why', faults: 'Faults' };

export class Sheet {
  #dialog = byID('sheet');
  #subject = null; // { id }, { scene } or { entry }
  #row = null; // that it was opened from
  #menu = null;
  #tab = 'actions';
  #asked = 0; // counts what was asked, so that a late answer is not shown elsewhere

  constructor(model, actor) {
    this.model = model;
    this.actor = actor;
    this.#build();
  }

  #build() {
    this.title = make('h2', 'sheet-title');
    this.title.id = 'sheet-title';
    this.state = make('p', 'sheet-state');
    this.state.setAttribute('role', 'status');
    const close = closer(this.#dialog);
    this.tabs = new Map(Object.keys(TABS).map((name) => [name, this.#makeTab(name)]));
    const bar = make('div', 'tabs', ...[...this.tabs.values()].map((t) => t.button));
    bar.setAttribute('role', 'tablist');
    bar.setAttribute('aria-label', 'What to see');
    bar.addEventListener('keydown', (e) => this.#alongTabs(e));
    const head = make('header', 'sheet-head', make('div', '', this.title, this.state), close);
    const status = make('p', 'status');
    status.setAttribute('role', 'alert');
    this.#dialog.append(head, bar, ...[...this.tabs.values()].map((t) => t.panel), status);
    closeOutside(this.#dialog);
    this.#dialog.addEventListener('close', () => this.#closed());
  }

  #closed() {
    this.#subject = null;
    // The browser gives the focus back, but not to a button that is gone meanwhile. Until
    // the next picture the focus is then where it was in here.
    const at = document.activeElement;
    if ((at === document.body || this.#dialog.contains(at)) && this.#row?.isConnected) focusOn(this.#row);
    this.#row = null;
  }

  #makeTab(name) {
    const tab = button('tab', TABS[name]);
    const panel = make('section', 'panel');
    tab.id = `tab-${name}`;
    panel.id = `panel-${name}`;
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', panel.id);
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', tab.id);
    tab.addEventListener('click', () => this.turn(name));
    return { button: tab, panel };
  }

  #alongTabs(e) {
    const shown = Object.keys(TABS).filter((name) => !this.tabs.get(name).button.hidden);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    this.turn(shown[(shown.indexOf(this.#tab) + step + shown.length) % shown.length]);
    this.tabs.get(this.#tab).button.focus();
  }

  /** open shows the sheet of { id }, { scene } or { entry } at a tab, and at an action if one is named. */
  async open(subject, tab = 'actions', action = '') {
    this.#subject = subject;
    this.#menu = null;
    const turn = ++this.#asked;
    const part = this.#part ?? {};
    const able = !subject.entry && Boolean(subject.scene || part.menu !== false);
    hide(this.tabs.get('actions').button, !able);
    hide(this.tabs.get('faults').button, !able || Boolean(subject.scene));
    for (const { panel } of this.tabs.values()) panel.replaceChildren();
    this.refresh();
    if (!this.#dialog.open) {
      this.#row = document.activeElement?.closest('.tile');
      this.#dialog.showModal();
    }
    this.turn(able ? tab : 'why');
    if (subject.scene) return this.#showScene();
    if (able) await this.#askMenu(turn, action);
  }

  async #askMenu(turn, action) {
    const panel = this.tabs.get('actions').panel;
    panel.append(make('p', 'quiet', '…'));
    try {
      const { menu } = await this.actor.socket.ask({ op: 'menu', id: this.#subject.id });
      if (turn !== this.#asked || !this.#subject) return;
      this.#menu = menu;
      this.#showMenu(action);
    } catch (e) {
      if (turn === this.#asked) panel.replaceChildren(make('p', 'failed', e.message));
    }
  }

  #showMenu(action) {
    const { id } = this.#subject;
    const { actions = [], faults = [] } = this.#menu;
    const forms = actions.map((a) => new Action(a, (form, params) =>
      this.actor.once(form, { op: 'do', id, do: a.name, ...(Object.keys(params).length && { params }) })));
    this.tabs.get('actions').panel.replaceChildren(...(forms.length
      ? forms.map((f) => f.node)
      : [make('p', 'quiet', 'There is nothing that it can be told to do.')]));
    const list = new Faults(faults, (control, op) => this.actor.once(control, { op: 'fault', id, ...op }));
    this.faults = list;
    this.tabs.get('faults').panel.replaceChildren(list.node);
    hide(this.tabs.get('faults').button, faults.length === 0);
    this.refresh();
    if (this.#tab === 'actions') (forms.find((f) => f.name === action) ?? forms[0])?.focus(Boolean(action));
  }

  #showScene() {
    const name = this.#subject.scene;
    this.run = button('go');
    this.run.addEventListener('click', () =>
      this.actor.once(this.run, { op: 'scene', name, do: doWith(this.#part ?? {}) }));
    this.tabs.get('actions').panel.replaceChildren(make('div', 'action', this.run));
    this.refresh();
    if (this.#tab === 'actions') this.run.focus();
  }

  /** turn shows another tab. */
  turn(name) {
    if (!this.tabs.has(name) || this.tabs.get(name).button.hidden) name = 'why';
    this.#tab = name;
    for (const [key, { button: tab, panel }] of this.tabs) {
      attribute(tab, 'aria-selected', key === name ? 'true' : 'false');
      attribute(tab, 'tabindex', key === name ? '0' : '-1');
      hide(panel, key !== name);
    }
    if (name === 'why') this.#askWhy();
  }

  async #askWhy() {
    const panel = this.tabs.get('why').panel;
    const turn = this.#asked;
    let lines;
    try {
      const { why = [] } = await this.actor.socket.ask({ op: 'why', ...this.#subject });
      lines = why.length ? [chain(why)] : [make('p', 'quiet', 'It has reported nothing since the hub was started, or said no cause.')];
    } catch (e) {
      lines = [make('p', 'failed', e.message)];
    }
    if (turn === this.#asked) panel.replaceChildren(...lines);
  }

  get #part() {
    const { id, scene, entry } = this.#subject ?? {};
    return this.model.get(entry ? `e:${entry}` : scene ? `s:${scene}` : `a:${id}`);
  }

  /** refresh shows how the subject is now. What a person is setting stays as it is. */
  refresh() {
    if (!this.#subject) return;
    const { scene, id, entry } = this.#subject;
    const part = this.#part;
    if (entry) {
      if (part) text(this.title, part.levels?.join(' › '));
      text(this.state, part?.at);
      return;
    }
    text(this.title, part ? (scene ? part.title || scene : part.full) : scene || id);
    text(this.state, part ? stateOf(part, scene, this.actor.socket.live) : 'It is gone.');
    if (scene && this.run) text(this.run, doWith(part ?? {}));
    this.faults?.show(part?.faults);
    const reason = this.actor.reason;
    attribute(this.#dialog, 'data-locked', reason ? '' : null);
    for (const go of this.#dialog.querySelectorAll('.go')) {
      attribute(go, 'aria-disabled', reason ? 'true' : null);
      attribute(go, 'title', reason || null);
    }
  }
}

/** stateOf says how an appliance or a scene is, without what changes each second. */
function stateOf(part, scene, live) {
  const word = scene ? sceneWords(part) || 'idle' : wordOf(part);
  return [word, part.failed || part.error, !live || part.old ? 'old' : ''].filter(Boolean).join(', ');
}

/** chain is a list of causes, the first at the top. */
function chain(causes) {
  return make('ol', 'why', ...causes.map(({ at, text: words }) =>
    make('li', '', make('time', '', at), ' ', make('bdi', '', words))));
}

/** closer is the button that closes a dialog. */
export function closer(dialog) {
  const close = button('close', '×');
  close.setAttribute('aria-label', 'Close');
  close.addEventListener('click', () => dialog.close());
  return close;
}

/** closeOutside closes a dialog by a touch beside it. */
export function closeOutside(dialog) {
  dialog.addEventListener('pointerdown', (e) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const inside = e.clientX >= left && e.clientX <= right && e.clientY >= top && e.clientY <= bottom;
    if (e.target === dialog && !inside) dialog.close();
  });
}
