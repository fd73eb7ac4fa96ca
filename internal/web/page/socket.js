// The way to the server: one WebSocket at a time, opened again whenever it is lost.

/** Without a frame for this long, the picture is old (ms). The server sends one a second. */
const SILENCE = 3500;
/** How long an answer is waited for (ms). */
const ANSWER = 5000;
/** The first and the longest pause before the next try (ms), and the one of a hidden page. */
const FIRST = 100;
const LONGEST = 1000;
const HIDDEN = 5000;
/** How often it is looked whether the picture is old (ms). */
const LOOK = 200;
/** A look that is so late says that the page was busy, one that is later that the device slept (ms). */
const BUSY = [1200, 10000];
/** So many things asked for at a time, at most; more are refused here. */
const ASKED = 64;

/** Refusal is what the server itself says no with; any other error, that it says nothing. */
export class Refusal extends Error {}

export class Socket {
  #socket = null;
  #asked = new Map(); // n → what waits for its answer
  #n = 0;
  #pause = FIRST;
  #retry = 0;
  #opened = 0; // when it was begun, ms
  #heard = 0; // when the last frame came, ms
  #looked = Date.now(); // when it was last looked whether the picture is old, ms
  #stood = 0; // for how long since then the page could take no frame, ms
  live = false;

  /** on has the functions hello(h), frame(f), lost(when), refused(why) that are told what happens. */
  constructor(url, on) {
    this.url = url;
    this.on = on;
    document.addEventListener('visibilitychange', () => this.#lookAgain());
    addEventListener('online', () => this.#lookAgain());
    setInterval(() => this.#check(), LOOK);
    this.#open();
  }

  #open() {
    clearTimeout(this.#retry);
    this.#retry = 0;
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    this.#opened = Date.now();
    this.#stood = 0;
    const mine = (f) => (e) => this.#socket === socket && f(e);
    socket.onmessage = mine((e) => this.#take(e.data));
    socket.onclose = mine(() => {
      if (this.#heard < this.#opened) this.#askWhy();
      this.#end();
    });
  }

  /** askWhy asks for the reason of a server that does not let this page in; no socket tells it. */
  async #askWhy() {
    try {
      const answer = await fetch(this.url.replace(/^ws/, 'http'));
      if (answer.status === 503) this.on.refused((await answer.text()).trim());
    } catch {
      // there is no server
    }
  }

  #take(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return this.#end(); // not our server: begin again
    }
    this.#heard = Date.now();
    this.#stood = 0;
    if (frame.hello) return this.on.hello(frame.hello);
    if (frame.n) return this.#settle(frame.n, frame.error && new Refusal(frame.error), frame);
    if (frame.full) {
      this.live = true;
      this.#pause = FIRST;
    }
    this.on.frame(frame);
  }

  /** settle ends the wait for an answer, with the error if there is one. */
  #settle(n, error, answer) {
    const asked = this.#asked.get(n);
    this.#asked.delete(n);
    if (!asked) return;
    clearTimeout(asked.timer);
    if (error) asked.no(error);
    else asked.yes(answer);
  }

  /** ask sends an op and returns its answer, or fails with words that a person understands. */
  ask(op) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return Promise.reject(new Error('There is no connection to the bus.'));
    if (this.#asked.size >= ASKED) return Promise.reject(new Error('Too much at a time.'));
    const n = ++this.#n;
    return new Promise((yes, no) => {
      const timer = setTimeout(() => this.#settle(n, new Error('The bus does not answer.')), ANSWER);
      this.#asked.set(n, { yes, no, timer });
      this.#socket.send(JSON.stringify({ ...op, n }));
    });
  }

  /**
   * check gives up a connection that is silent, or has brought no picture yet. While the
   * page draws thousands of rows it takes no frames, and that is no silence.
   */
  #check() {
    const late = Date.now() - this.#looked;
    this.#looked += late;
    if (late > BUSY[0] && late < BUSY[1]) this.#stood += late;
    const since = this.live ? this.#heard : this.#opened;
    if (this.#socket && Date.now() - since - this.#stood > SILENCE) this.#end();
  }

  /** end gives the present socket up and tries again after a pause. */
  #end() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    for (const n of [...this.#asked.keys()]) this.#settle(n, new Error('The connection to the bus was lost.'));
    if (this.live) {
      this.live = false;
      this.on.lost(new Date(this.#heard));
    }
    const pause = document.hidden ? HIDDEN : this.#pause;
    this.#pause = Math.min(this.#pause * 2, LONGEST);
    this.#retry = setTimeout(() => this.#open(), pause * (0.5 + Math.random() / 2));
  }

  /** lookAgain is for somebody who looks now: no old picture, no long pause. */
  #lookAgain() {
    if (document.hidden) return;
    this.#check();
    if (!this.#socket) this.#open();
  }
}
