// What the server has said, and nothing else: parts by their keys. It knows neither
// the socket nor the page.

export class Model {
  /** Parts by key: "top", "a:kitchen/toaster", "s:morning", "e:17". */
  parts = new Map();
  /** Keys of parts that have changed or gone since the last picture. */
  changed = new Set();

  /**
   * apply takes a frame. Frames between two pictures add up here, so that what is
   * kept never exceeds one part a key, however long nobody looks.
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
    if (this.parts.delete(key)) this.changed.add(key);
  }

  get(key) {
    return this.parts.get(key);
  }

  /** take returns the changed keys and begins a new picture. */
  take() {
    const keys = this.changed;
    this.changed = new Set();
    return keys;
  }

  /** touch has everything of a kind ("a:") drawn again. */
  touch(...kinds) {
    for (const key of this.parts.keys()) {
      if (kinds.some((kind) => key.startsWith(kind))) this.changed.add(key);
    }
  }
}
