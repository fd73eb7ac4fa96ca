// What the server has said, and nothing else: parts by their keys. It knows neither
// the socket nor the page.

export class Model {
  /** Parts by key: "top", "a:kitchen/toaster", "s:morning", "e:17". */
  parts = new Map();
  /** Keys of parts that have changed or gone since the last picture. */
  changed = new Set();
  /** Keys of the parts that the last picture had. */
  #drawn = new Set();

  /**
   * apply takes a frame. Frames between two pictures add up here. What is kept of them
   * is the parts that there are, and the keys of those in the last picture, however long
   * nobody looks.
   */
  apply({ full, put = {}, drop = [] }) {
    if (full) for (const key of this.parts.keys()) if (!(key in put)) this.#drop(key);
    for (const key of drop) this.#drop(key);
    for (const [key, part] of Object.entries(put)) {
      this.parts.set(key, part);
      this.changed.add(key);
    }
  }

  #drop(key) {
    if (!this.parts.delete(key)) return;
    if (this.#drawn.has(key)) this.changed.add(key);
    else this.changed.delete(key); // it came and went while nobody looked
  }

  get(key) {
    return this.parts.get(key);
  }

  /** take returns the changed keys and begins a new picture. */
  take() {
    const keys = this.changed;
    this.changed = new Set();
    for (const key of keys) {
      if (this.parts.has(key)) this.#drawn.add(key);
      else this.#drawn.delete(key);
    }
    return keys;
  }

  /** touch has everything of a kind ("a:") drawn again. */
  touch(...kinds) {
    for (const key of this.parts.keys()) {
      if (kinds.some((kind) => key.startsWith(kind))) this.changed.add(key);
    }
  }
}
