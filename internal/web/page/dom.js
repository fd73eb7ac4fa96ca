// The few things that are done to the document. Everything that comes from the bus
// goes through text() or attribute(): it is never read as HTML.

/** make returns a new element with a class and children. */
export function make(tag, className = '', ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/** byID returns an element of index.html. */
export const byID = (id) => document.getElementById(id);

/** button returns a button that submits nothing. */
export function button(className, label = '') {
  const node = make('button', className, label);
  node.type = 'button';
  return node;
}

/**
 * text makes a text the whole content of a node, and hides the node that has
 * nothing to say. A text that is there already is not touched, so that nothing is
 * laid out again, read out again or unselected.
 */
export function text(node, words) {
  const now = words ?? '';
  if (node.textContent !== now) node.textContent = now;
  hide(node, now === '');
}

/** hide hides a node, or shows it. */
export function hide(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

/** attribute sets an attribute, or removes it if there is no value. */
export function attribute(node, name, value) {
  if (value === undefined || value === null || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value);
  }
}

/**
 * arrange makes nodes the children of a parent, in this order, and moves as few as it
 * can: what is in its place already keeps its focus and its scroll position.
 */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let at = parent.firstElementChild;
  for (const node of nodes) {
    if (node === at) at = at.nextElementSibling;
    else keepFocus(node, () => parent.insertBefore(node, at));
  }
}

/** keepFocus moves a node and gives what had the focus in it the focus again. */
function keepFocus(node, move) {
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  move();
  focused?.focus({ preventScroll: true });
}

/** Keyed holds one view for each key of a part and drops those whose part went. */
export class Keyed {
  constructor(create) {
    this.create = create;
    this.views = new Map();
  }

  /** get returns the view of a key, making it the first time. */
  get(key) {
    let view = this.views.get(key);
    if (!view) this.views.set(key, (view = this.create(key)));
    return view;
  }

  /** drop forgets a view and takes it off the page. */
  drop(key) {
    this.views.get(key)?.node.remove();
    this.views.delete(key);
  }
}
