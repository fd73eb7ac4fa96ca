// Power now, energy today, and the last two hours as a curve.

import { attribute, byID, text } from './dom.js';

const SVG = 'http://www.w3.org/2000/svg';
/** The size of the drawing; it is stretched to whatever room there is. */
const WIDTH = 240;
const HEIGHT = 60;

let graph;

/** showPower shows the part "power". */
export function showPower(power, lost) {
  text(byID('power-now'), power?.now ? power.now + (power.over ? ', too much' : '') : '–');
  attribute(byID('power'), 'data-over', power?.over ? '' : null);
  attribute(byID('power'), 'data-old', lost ? '' : null);
  text(byID('power-today'), power?.today && `${power.today} today`);
  draw(power?.history ?? [], power?.now ?? '');
}

function draw(history, now) {
  graph ??= makeGraph();
  const top = Math.max(...history, 0);
  const [full, line] = paths(history, Math.max(top, 1));
  attribute(graph.area, 'd', full);
  attribute(graph.line, 'd', line);
  const minutes = history.length;
  const span = minutes === 1 ? 'the last minute' : `the last ${minutes} minutes`;
  attribute(graph.svg, 'aria-label', minutes
    ? `Power in ${span}: between ${watts(Math.min(...history))} and ${watts(top)}, now ${now}`
    : 'No power is known yet');
  const [left, right] = byID('power-scale').children;
  text(left, minutes ? span : '');
  text(right, minutes ? `at most ${watts(top)}` : '');
}

function makeGraph() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  const [area, line] = ['area', 'line'].map((name) => {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', name);
    path.setAttribute('vector-effect', 'non-scaling-stroke');
    return svg.appendChild(path);
  });
  byID('power-graph').append(svg);
  return { svg, area, line };
}

/** paths draws a step for each minute: what was drawn in it, the newest at the right. */
function paths(history, top) {
  if (!history.length) return ['', ''];
  const step = WIDTH / Math.max(history.length, 30);
  const begin = WIDTH - step * history.length;
  const y = (w) => (HEIGHT - 2 - (Math.max(w, 0) / top) * (HEIGHT - 4)).toFixed(1);
  const steps = history.map((w, i) => `V${y(w)}H${(begin + step * (i + 1)).toFixed(1)}`).join('');
  const line = `M${begin.toFixed(1)} ${y(history[0])}${steps}`;
  return [`M${begin.toFixed(1)} ${HEIGHT}${steps}V${HEIGHT}Z`, line];
}

/** watts says a power as people do: "917 W", "1.04 kW". */
function watts(w) {
  return w < 1000 ? `${Math.round(w)} W` : `${(w / 1000).toFixed(2)} kW`;
}
