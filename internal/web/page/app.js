// The page: what the server says goes to the model, what has changed there is drawn once a
// frame, what a person does goes back.

import { Actor } from './actor.js';
import { attribute, byID, hide } from './dom.js';
import { Help } from './help.js';
import { listen } from './keys.js';
import { byTheSun, hang, kiosk } from './kiosk.js';
import { Model } from './model.js';
import { showPower } from './power.js';
import { Rooms } from './rooms.js';
import { Scenes, doWith } from './scenes.js';
import { Sheet } from './sheet.js';
import { Socket } from './socket.js';
import { onEntry, showStream } from './stream.js';
import { Token } from './token.js';
import { showAge, showAnswer, showBus, showTop } from './top.js';

const model = new Model();
let version; // of the server that this page came from
let outdated = false; // the server has another page
let lost = null; // since when there is no server

const socket = new Socket(address(), { hello, frame, lost: lose, refused });
const actor = new Actor(socket, () => token.open());
const token = new Token(actor, () => allow(true));
const sheet = new Sheet(model, actor);
const help = new Help();
onEntry((entry) => sheet.open({ entry }, 'why'));
const rooms = new Rooms(model, actor, { natural, more: (id) => sheet.open({ id }) });
const scenes = new Scenes(model, actor, { natural: runOrStop, more: (scene) => sheet.open({ scene }) });

/** address is "mirror" beside this page, wherever that is. */
function address() {
  const url = new URL('mirror', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = url.hash = '';
  return url.href;
}

function hello({ version: now, act, why }) {
  version ??= now;
  outdated = now !== version;
  if (renew()) return;
  allow(act, why);
  if (!act) token.again();
}

/**
 * renew has an outdated page load itself again, and returns whether it does. A form that
 * somebody fills in is left to them first.
 */
function renew() {
  const now = outdated && !document.querySelector('dialog[open]');
  if (now) location.reload();
  return now;
}

for (const dialog of document.querySelectorAll('dialog')) dialog.addEventListener('close', renew);

function allow(act, why) {
  actor.may(act, why);
  hide(byID('unlock'), act);
  all();
}

function frame(f) {
  model.apply(f);
  if (f.full && lost) {
    lost = null;
    all();
  }
  schedule();
}

/** refused says why the server lets no further page in, where there is nothing else to say. */
function refused(why) {
  if (!model.get('answer')) showAnswer([{ text: `No picture: ${why}.`, tone: 'alarm' }]);
}

function lose(when) {
  lost = when;
  all();
}

/** all has everything drawn again that depends on whether it can be acted. */
function all() {
  model.touch('a:', 's:');
  for (const key of ['bus', 'answer', 'power']) model.changed.add(key);
  schedule();
}

let scheduled = 0;

/** schedule has what has changed drawn with the next frame. A hidden page has none. */
function schedule() {
  scheduled ||= requestAnimationFrame(draw);
}

function draw() {
  scheduled = 0;
  const changed = model.take();
  const of = (kind) => [...changed].filter((k) => k.startsWith(kind)).map((k) => k.slice(kind.length));
  attribute(document.documentElement, 'data-lost', lost ? '' : null);
  if (changed.has('top')) {
    showTop(model.get('top'));
    byTheSun(model.get('top'));
  }
  if (changed.has('bus')) showBus(model.get('bus'), lost);
  if (changed.has('answer')) drawAnswer();
  if (changed.has('power')) showPower(model.get('power'), lost);
  const planned = changed.has('plan');
  rooms.show(of('a:'), planned);
  scenes.show(of('s:'), planned);
  const entries = of('e:');
  if (entries.length) showStream(model, entries.map(Number));
  sheet.refresh();
}

function drawAnswer() {
  if (lost) showAnswer([{ text: `No bus since ${clock(lost)}.`, tone: 'alarm' }]);
  else if (model.get('answer')) showAnswer(model.get('answer'));
  showAge(lost);
}

/**
 * clock says a time of this device as the home's clock says it, which may be in another
 * zone: they differ by what the head last said.
 */
function clock(when) {
  const [h, m] = (model.get('top')?.time ?? '').split(':').map(Number);
  const quarters = Math.round((h * 60 + m - when.getHours() * 60 - when.getMinutes()) / 15);
  const there = new Date(when.getTime() + (quarters || 0) * 15 * 60000);
  return there.toLocaleTimeString('en-GB');
}

setInterval(() => lost && showAge(lost), 1000);

function natural(id) {
  const part = model.get(`a:${id}`);
  if (!part?.do) return;
  if (part.ask) return sheet.open({ id }, 'actions', part.do);
  actor.once(rooms.tiles.get(id).act, { op: 'do', id, do: part.do });
}

function runOrStop(name) {
  const part = model.get(`s:${name}`);
  if (part) actor.once(scenes.tiles.get(name).act, { op: 'scene', name, do: doWith(part) });
}

/** subjectOf returns what a row is about; nothing if it is none. */
function subjectOf(row) {
  for (const [id, tile] of rooms.tiles.views) if (tile.node === row) return { id };
  for (const [scene, tile] of scenes.tiles.views) if (tile.node === row) return { scene };
  return null;
}

listen(help, {
  help: () => help.open(),
  turn: (tab) => sheet.turn(tab),
  room: (n) => rooms.room(n),
  escape: () => clearFilter(),
  open(row, tab) {
    const subject = subjectOf(row);
    if (subject) sheet.open(subject, tab);
    return Boolean(subject);
  },
});

const filter = byID('filter');
filter.addEventListener('input', () => rooms.filter(filter.value));
byID('unlock').addEventListener('click', () => token.open());

function clearFilter() {
  if (filter.value) rooms.filter((filter.value = ''));
  filter.blur();
}

if (kiosk) {
  hang(() => {
    for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
    clearFilter();
    scrollTo({ top: 0, behavior: 'smooth' });
  });
}
