// The head of the picture: the home's name, the clock, the answer, the bus.

import { attribute, byID, make, text } from './dom.js';

/** showTop shows the part "top". */
export function showTop(top = {}) {
  text(byID('home'), top.name || 'homebus');
  if (top.name && document.title !== top.name) document.title = top.name;
  for (const key of ['time', 'date', 'greeting', 'sun']) text(byID(key), top[key]);
}

/** showBus shows the part "bus", or that there is no server at all, since when and how long. */
export function showBus(bus, lost) {
  const there = !lost && (bus?.live ?? false);
  attribute(byID('bus'), 'data-live', String(there));
  const words = bus?.since ? `${bus.words} since ${bus.since}` : bus?.words;
  text(byID('bus-words'), lost ? 'no bus' : bus ? `bus  ${words}` : 'connecting');
}

/**
 * showAnswer shows the part "answer": what matters now, in words. What is read out loud
 * leaves the times out, since they change each second.
 */
export function showAnswer(sentences) {
  const answer = byID('answer');
  while (answer.children.length > sentences.length) answer.lastElementChild.remove();
  if (!answer.children.length) answer.textContent = '';
  sentences.forEach(({ text: words, tone }, i) => {
    const sentence = answer.children[i] ?? answer.appendChild(make('bdi', 'sentence'));
    attribute(sentence, 'data-tone', tone);
    text(sentence, words);
  });
  speak(sentences);
}

let spoken = '';

/** speak has a screen reader read what is new about the answer. */
function speak(sentences) {
  const timeless = (s) => s.replace(/\d+(:\d\d)+/g, '');
  const now = sentences.map((s) => timeless(s.text)).join(' ');
  if (now === spoken) return;
  const fresh = sentences.filter((s) => !spoken.includes(timeless(s.text)));
  spoken = now;
  if (fresh.length) byID('spoken').textContent = fresh.map((s) => s.text).join(' ');
}

/** showAge says for how long there has been no bus; nothing if there is one. */
export function showAge(since, now = new Date()) {
  const age = byID('age');
  if (!since) return text(age, '');
  text(age, `for ${span(Math.round((now - since) / 1000))}. What is shown is old.`);
}

function span(seconds) {
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}
