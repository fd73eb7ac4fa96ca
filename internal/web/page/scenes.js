// The scenes: where each is, what it waits for, when it ran last and why.

import { Keyed, arrange, byID, hide } from './dom.js';
import { Tile } from './tile.js';

/** The phase of an appliance that looks as the state of a scene does. */
const PHASES = { running: 'working', failed: 'failed', done: 'done', idle: 'resting', stopped: 'resting' };

export class Scenes {
  #list = byID('scenes').querySelector('ul');
  tiles;

  /** on has natural(name) and more(name), actor says whether something can be done. */
  constructor(model, actor, on) {
    this.model = model;
    this.actor = actor;
    this.tiles = new Keyed((name) => new Tile({ natural: () => on.natural(name), more: () => on.more(name) }));
    hide(byID('scenes'), true);
  }

  show(names, planned) {
    for (const name of names) {
      const part = this.model.get(`s:${name}`);
      if (part) this.tiles.get(name).show(this.#picture(part));
      else this.tiles.drop(name);
    }
    if (!planned && !names.length) return;
    const { scenes = [] } = this.model.get('plan') ?? {};
    const shown = scenes.map((name) => this.tiles.views.get(name)).filter(Boolean);
    arrange(this.#list, shown.map((t) => t.node));
    hide(byID('scenes'), shown.length === 0);
  }

  #picture(part) {
    const lost = !this.actor.socket.live;
    const running = part.state === 'running';
    return {
      called: part.title || part.name,
      full: `scene ${part.title || part.name}`,
      phase: part.old || lost ? 'offline' : PHASES[part.state] ?? 'resting',
      word: sceneWords(part),
      details: running ? part.doing : [part.when, part.reason].filter(Boolean).join('  '),
      failed: part.failed || part.error,
      progress: running && part.of && !lost ? Math.max(part.step - 1, 0) / part.of : undefined,
      left: running && !lost ? part.left && `${part.left} left` : undefined,
      act: doWith(part),
      aim: Boolean(part.asked),
      old: part.old || lost,
      reason: this.actor.reason,
    };
  }
}

/** doWith is what touching a scene does. */
export const doWith = (part) => (part.state === 'running' ? 'stop' : 'run');

/** sceneWords says in words how a scene is. */
export function sceneWords(part) {
  if (part.asked) return `${part.asked} …`;
  if (part.state === 'running') return part.of ? `step ${part.step} of ${part.of}` : 'running';
  return part.state === 'idle' ? '' : part.state;
}
