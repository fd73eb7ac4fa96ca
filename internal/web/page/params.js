// What an action wants to know: a control for each parameter, by its kind.

import { attribute, button, make, text } from './dom.js';

/** Action is a form for one action: its parameters and the button that does it. */
export class Action {
  /** does(button, params) asks for it. */
  constructor({ name, doc, params = [] }, does) {
    this.name = name;
    this.go = button('go', name);
    this.go.type = 'submit';
    this.fields = params.map((p) => new Field(p));
    this.node = make('form', 'action', this.go);
    if (doc) this.node.append(describe(this.go, doc));
    this.node.append(...this.fields.map((f) => f.node));
    this.node.noValidate = true; // the words of the field say more
    this.node.addEventListener('submit', (e) => {
      e.preventDefault();
      const given = this.#given();
      if (given) does(this.go, given);
    });
  }

  /** given returns the parameters that have a value; nothing if one is wrong or lacks. */
  #given() {
    const given = {};
    for (const field of this.fields) {
      if (!field.check()) {
        field.focus();
        return null;
      }
      const value = field.value;
      if (value !== undefined) given[field.name] = value;
    }
    return given;
  }

  /** focus goes to the button, or to the first parameter if a value is wanted. */
  focus(toParam) {
    if (toParam) this.node.scrollIntoView({ block: 'nearest' });
    if (toParam && this.fields.length) this.fields[0].focus();
    else this.go.focus();
  }
}

let made = 0;

/** describe is a line of explanation of a control. */
function describe(control, words) {
  const line = make('p', 'doc', make('bdi', '', words));
  line.id = `doc-${++made}`;
  control.setAttribute('aria-describedby', line.id);
  return line;
}

/** Field is a parameter: its name, its control, and what is wrong with its value. */
class Field {
  constructor(p) {
    this.name = p.name;
    this.wants = p.wants;
    this.required = p.required;
    const label = make('label', 'field-name', make('bdi', '', p.unit ? `${p.name}, ${p.unit}` : p.name));
    this.control = controlOf(p);
    label.htmlFor = this.control.main.id = `field-${++made}`;
    this.wrong = make('p', 'failed');
    this.wrong.id = `wrong-${made}`;
    this.wrong.setAttribute('role', 'alert');
    this.wrong.hidden = true;
    this.node = make('div', 'field', label, this.control.node, this.wrong);
  }

  get value() {
    return this.control.read();
  }

  check() {
    const value = this.value;
    const wrong = value === undefined ? this.required : this.control.wrong?.(value) ?? false;
    text(this.wrong, wrong ? `${this.name} wants ${this.wants || 'a value'}.` : '');
    attribute(this.control.main, 'aria-invalid', wrong ? 'true' : null);
    attribute(this.control.main, 'aria-describedby', wrong ? this.wrong.id : null);
    return !wrong;
  }

  focus() {
    (this.control.first ?? this.control.main).focus();
  }
}

/**
 * A control is { node, main (what has the label), first (what gets the focus, if another:
 * on a phone a number brings the keyboard up), read() → value, undefined if none is given;
 * wrong(value) }.
 */
function controlOf(p) {
  switch (p.kind) {
    case 'int':
    case 'number':
      return bounded(p) ? slider(p) : numberOnly(p);
    case 'bool':
      return p.required || p.value !== undefined ? toggle(p) : choice(p, ['true', 'false'], ['yes', 'no'], (v) => v === 'true');
    case 'word':
      return choice(p, p.values ?? []);
    case 'duration':
      return duration(p);
    default:
      return line(p);
  }
}

function input(type, value) {
  const node = make('input');
  node.type = type;
  node.autocomplete = 'off';
  if (value !== undefined) node.value = value;
  return node;
}

/** bounded says whether a number has a range; the ends of one that has none are the same. */
const bounded = (p) => p.min < p.max;

function numberOnly(p) {
  const number = input('number', p.value);
  number.step = p.kind === 'int' ? '1' : 'any';
  number.inputMode = p.kind === 'int' && !(p.min < 0) ? 'numeric' : 'decimal';
  if (bounded(p)) Object.assign(number, { min: p.min, max: p.max });
  return {
    node: number,
    main: number,
    read: () => (number.value === '' && !number.validity.badInput ? undefined : number.valueAsNumber),
    wrong: () => !number.validity.valid,
  };
}

/** slider is a number with a slider beside it; an empty number is none. */
function slider(p) {
  const number = numberOnly(p);
  const range = input('range');
  range.min = p.min;
  range.max = p.max;
  range.step = p.kind === 'int' ? 1 : niceStep(p);
  range.value = p.value ?? p.min;
  range.setAttribute('aria-label', p.name);
  const node = make('div', 'slider', range, number.node);
  const paint = () => {
    attribute(node, 'data-unset', number.node.value === '' ? '' : null);
    range.style.setProperty('--done', `${((range.value - p.min) / (p.max - p.min)) * 100}%`);
  };
  range.addEventListener('input', () => {
    number.node.value = range.value;
    paint();
  });
  number.node.addEventListener('input', () => {
    if (number.node.value !== '') range.value = number.node.value;
    paint();
  });
  paint();
  return { ...number, node, first: range };
}

/** niceStep is 1, 2 or 5 times a power of ten, of which the range has a hundred or some more. */
function niceStep({ min, max }) {
  const rough = (max - min) / 100;
  const unit = 10 ** Math.floor(Math.log10(rough));
  return [5, 2, 1].map((f) => f * unit).find((s) => s <= rough * 1.0001) ?? unit;
}

function toggle(p) {
  const box = input('checkbox');
  box.checked = p.value === true;
  box.setAttribute('role', 'switch');
  return { node: box, main: box, read: () => box.checked };
}

/** choice is a list of words, or none, where that may be. */
function choice(p, values, words = values, parse = (v) => v) {
  const select = make('select');
  const at = p.value === undefined ? '' : String(p.value);
  if (!p.required || at === '') select.append(option('', 'not given'));
  if (at && !values.includes(at)) select.append(option(at, at));
  select.append(...values.map((v, i) => option(v, words[i])));
  select.value = at;
  return { node: select, main: select, read: () => (select.value === '' ? undefined : parse(select.value)) };
}

function option(value, words) {
  const node = make('option', '', words);
  node.value = value;
  return node;
}

/** Anything that no duration is, so that it can stand for another one. */
const OTHER = 'other …';

/** duration is a choice of usual ones, and a line for any other. */
function duration(p) {
  const usual = choice(p, p.durations ?? []);
  const other = input('text');
  other.setAttribute('aria-label', `another ${p.name}, such as 90s`);
  other.placeholder = '90s';
  other.hidden = true;
  usual.node.append(option(OTHER, OTHER));
  usual.node.addEventListener('change', () => {
    other.hidden = usual.node.value !== OTHER;
    if (!other.hidden) other.focus();
  });
  const read = () => (usual.node.value === OTHER ? other.value.trim() || undefined : usual.read());
  return { node: make('div', 'duration', usual.node, other), main: usual.node, read };
}

function line(p) {
  const field = input('text', p.value);
  field.maxLength = 1000;
  return { node: field, main: field, read: () => (field.value === '' ? undefined : field.value) };
}
