/** What is to happen, the earliest first, and in the order in which it was added at the same moment: a binary heap. */

export interface Event {
  readonly at: number;
  /** Undefined once it has been called off. */
  happen: (() => void) | undefined;
}

interface Entry {
  readonly event: Event;
  /** Breaks ties, so that a run is the same each time. */
  readonly number: number;
}

export class EventQueue {
  readonly #heap: Entry[] = [];
  #added = 0;

  peek(): Event | undefined {
    return this.#heap[0]?.event;
  }

  push(event: Event): void {
    const heap = this.#heap;
    const entry = { event, number: this.#added++ };
    let hole = heap.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!isBefore(entry, above)) break;
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = entry;
  }

  pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first?.event;
    let hole = 0;
    for (;;) {
      const [left, right] = [heap[2 * hole + 1], heap[2 * hole + 2]];
      const below = left && right && isBefore(right, left) ? right : left;
      if (!below || !isBefore(below, last)) break;
      heap[hole] = below;
      hole = 2 * hole + (below === left ? 1 : 2);
    }
    heap[hole] = last;
    return first?.event;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.event.at < b.event.at || (a.event.at === b.event.at && a.number < b.number);
}
