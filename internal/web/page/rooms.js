// The rooms: a card each, a row for every appliance; and above them what is in alarm.

import { Keyed, arrange, byID, hide, make, text } from './dom.js';
import { Tile } from './tile.js';

export class Rooms {
  #alarms = byID('alarms').querySelector('ul');
  #cards = new Keyed((area) => new Card(area));
  #room = 1; // for so many columns
  #columns = [];
  #shown = []; // the cards that are shown, in their order
  #words = []; // what the filter wants, each of them
  tiles;

  /** on has natural(id) and more(id), actor says whether something can be done. */
  constructor(model, actor, on) {
    this.model = model;
    this.actor = actor;
    this.tiles = new Keyed((id) => new Tile({ natural: () => on.natural(id), more: () => on.more(id) }));
    new ResizeObserver(([e]) => this.#measure(e.contentRect.width)).observe(byID('cards'));
  }

  /** show draws the appliances of these ids anew, and puts everything where it belongs. */
  show(ids, planned) {
    let moved = planned;
    for (const id of ids) {
      const part = this.model.get(`a:${id}`);
      if (!part) {
        this.tiles.drop(id);
        continue;
      }
      const tile = this.tiles.get(id);
      const alarm = part.phase === 'alarm';
      moved ||= tile.alarm !== alarm || (this.#words.length > 0 && tile.find !== part.find);
      tile.alarm = alarm;
      tile.find = part.find;
      tile.show(this.#picture(part, alarm));
    }
    if (moved) this.#arrange();
  }

  #picture(part, alarm) {
    const lost = !this.actor.socket.live;
    const old = part.old || lost;
    return {
      called: alarm ? part.full : part.name,
      full: part.full,
      phase: part.offline || old ? 'offline' : part.phase,
      word: wordOf(part),
      details: [together(part.details), part.offline && part.reason, old && !part.offline && 'old'].filter(Boolean).join('  '),
      failed: part.failed,
      progress: lost || part.offline ? undefined : part.progress,
      left: lost ? undefined : part.left,
      act: part.take || part.do || '',
      aim: part.to !== undefined,
      old: old || Boolean(part.offline),
      reason: this.actor.reason,
    };
  }

  /** filter shows only what has all the words. */
  filter(words) {
    this.#words = words.toLowerCase().split(/\s+/).filter(Boolean);
    this.#arrange();
  }

  #matches(tile) {
    return this.#words.every((w) => (tile.find ?? '').toLowerCase().includes(w));
  }

  #arrange() {
    const { rooms = [] } = this.model.get('plan') ?? {};
    const tilesOf = (ids) => ids.map((id) => this.tiles.views.get(id)).filter((t) => t && this.#matches(t));
    const alarms = tilesOf(rooms.flatMap((r) => r.ids)).filter((t) => t.alarm);
    arrange(this.#alarms, alarms.map((t) => t.node));
    hide(byID('alarms'), alarms.length === 0);
    let found = alarms.length;
    const cards = [];
    for (const { area, ids } of rooms) {
      const tiles = tilesOf(ids).filter((t) => !t.alarm);
      if (!tiles.length) continue;
      found += tiles.length;
      const card = this.#cards.get(area);
      card.show(area, tiles.map((t) => t.node));
      cards.push(card);
    }
    for (const area of this.#cards.views.keys()) if (!rooms.some((r) => r.area === area)) this.#cards.drop(area);
    this.#shown = cards;
    this.#spread();
    this.#say(found, rooms);
  }

  /** measure says for how many columns there is room; style.css has how wide one is. */
  #measure(width) {
    const { fontSize, columnGap, columnWidth } = getComputedStyle(byID('cards'));
    const rem = parseFloat(fontSize);
    const gap = parseFloat(columnGap) || rem;
    const room = Math.floor((width + gap) / ((parseFloat(columnWidth) || 20 * rem) + gap));
    if (room === this.#room) return;
    this.#room = room;
    this.#spread();
  }

  /**
   * spread puts the cards into as many columns as there is room for, each below the
   * lowest, by their rows and not by their heights: nothing moves because a word grew.
   */
  #spread() {
    const columns = Array.from({ length: Math.max(1, Math.min(this.#room, this.#shown.length)) }, () => ({ cards: [], rows: 0 }));
    for (const card of this.#shown) {
      const least = columns.reduce((a, b) => (b.rows < a.rows ? b : a));
      least.cards.push(card.node);
      least.rows += card.rows + 1;
    }
    while (this.#columns.length < columns.length) this.#columns.push(make('div', 'column'));
    arrange(byID('cards'), this.#columns.slice(0, columns.length));
    columns.forEach((c, i) => arrange(this.#columns[i], c.cards));
  }

  #say(found, rooms) {
    const all = rooms.reduce((n, r) => n + r.ids.length, 0);
    if (this.#words.length) text(byID('found'), `${found} of ${all} match.`);
    else text(byID('found'), all ? '' : 'No appliance has said anything yet.');
  }

  /** room returns the card of the n-th room that is shown, from 0. */
  room(n) {
    return this.#shown[n]?.node;
  }
}

/** wordOf says in words what an appliance is, and what it is asked to become. */
export function wordOf(part) {
  if (part.cry) return part.cry;
  if (part.to !== undefined) return `${part.from ? `${part.from} ` : ''}→ ${part.to} …`;
  if (part.offline) return `offline since ${part.offline}`;
  return part.word || 'not heard yet';
}

/** together keeps a number and its unit on one line: "20.0 °C", in "20.0 °C  1000 ml". */
const together = (details = '') => details.split('  ').map((s) => (s.length > 12 ? s : s.replaceAll(' ', '\u00a0'))).join('  ');

let made = 0;

class Card {
  constructor(area) {
    this.title = make('bdi', '', area);
    const heading = make('h2', 'room', this.title);
    heading.id = `room-${++made}`;
    this.list = make('ul', 'tiles');
    this.node = make('section', 'card', heading, this.list);
    this.node.setAttribute('aria-labelledby', heading.id);
  }

  show(area, nodes) {
    text(this.title, area);
    this.rows = nodes.length;
    this.node.style.setProperty('--rows', nodes.length);
    arrange(this.list, nodes);
  }
}
