// The screen on the wall: nobody has a keyboard there, and it stands for years.

import { byID } from './dom.js';

/** The pointer goes after this long without a move (ms). */
const POINTER = 3000;
/** Whoever left something open is gone after this long (ms). */
const LEFT = 120000;
/** The picture moves by some pixels this often (ms), so that nothing burns in. */
const SHIFT = 60000;
const SHIFTS = [[0, 0], [3, 1], [2, 4], [-1, 3], [-3, 0], [-2, -3], [1, -4]];

const form = new URLSearchParams(location.search).get('kiosk');

/** kiosk says that the page hangs on a wall: "?kiosk", or "?kiosk=dark", "?kiosk=light". */
export const kiosk = form !== null;

/** hang makes the page one for the wall. leave is called when whoever was there has gone. */
export function hang(leave) {
  document.documentElement.dataset.kiosk = '';
  if (form === 'dark' || form === 'light') dark(form === 'dark');
  hidePointer();
  idle(leave);
  wakeLock();
  let n = 0;
  setInterval(() => {
    const [x, y] = SHIFTS[++n % SHIFTS.length];
    byID('picture').style.setProperty('translate', `${x}px ${y}px`);
  }, SHIFT);
}

/**
 * byTheSun makes the picture dark from sunset to sunrise. The head says what comes next,
 * so that it is night while that is the sunrise; without a place on the earth, the hour
 * decides.
 */
export function byTheSun({ sun = '', time = '' } = {}) {
  if (!kiosk || form === 'dark' || form === 'light') return;
  const hour = Number.parseInt(time, 10);
  if (sun) dark(sun.startsWith('sunrise'));
  else if (hour >= 0) dark(hour < 7 || hour >= 20);
}

function dark(is) {
  const media = is ? 'all' : 'not all';
  if (byID('dark').media !== media) byID('dark').media = media;
}

function hidePointer() {
  let timer = 0;
  const root = document.documentElement;
  const rest = () => (root.dataset.still = '');
  addEventListener('pointermove', () => {
    delete root.dataset.still;
    clearTimeout(timer);
    timer = setTimeout(rest, POINTER);
  });
  timer = setTimeout(rest, POINTER);
}

function idle(leave) {
  let timer = setTimeout(leave, LEFT);
  for (const type of ['pointerdown', 'keydown', 'wheel', 'input']) {
    addEventListener(type, () => {
      clearTimeout(timer);
      timer = setTimeout(leave, LEFT);
    }, { passive: true });
  }
}

/** wakeLock keeps the screen on, where the browser can (it wants https or localhost). */
async function wakeLock() {
  if (!navigator.wakeLock) return;
  const lock = () => !document.hidden && navigator.wakeLock.request('screen').catch(() => {});
  document.addEventListener('visibilitychange', lock); // a hidden page loses it
  await lock();
}
