/**
 * The arithmetic of a list of cursor pages of which only some are in memory.
 *
 * Invariant: a row keeps its place while pages around it come and go, so the
 * list never jumps under the reader.
 */

export interface Chain {
  /** Cursor of each page known so far; the first has none. */
  cursors: (string | undefined)[];
  /** Rows of each page that was loaded at least once. */
  sizes: number[];
}

export const START: Chain = { cursors: [undefined], sizes: [] };

/** What a loaded page teaches about the chain; the same object when nothing. */
export function learn(chain: Chain, page: number, size: number, next: string | null): Chain {
  const known = chain.sizes[page] === size;
  const isLast = page === chain.cursors.length - 1;
  const extends_ = isLast && next !== null;
  if (known && !extends_) return chain;
  const sizes = chain.sizes.slice();
  sizes[page] = size;
  return { sizes, cursors: extends_ ? [...chain.cursors, next] : chain.cursors };
}

/** The page a row stands on; the page after the last for rows not there yet. */
export function pageOf(sizes: readonly number[], row: number): number {
  let before = 0;
  for (let page = 0; page < sizes.length; page += 1) {
    before += sizes[page] ?? 0;
    if (row < before) return page;
  }
  return sizes.length;
}

/** Pages to hold for the rows in sight: theirs and one on either side. */
export function wantedPages(chain: Chain, first: number, last: number): number[] {
  const from = Math.max(0, pageOf(chain.sizes, first) - 1);
  const to = Math.min(chain.cursors.length - 1, pageOf(chain.sizes, last) + 1);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

export interface Hole {
  hole: number;
}

/** The same object for the same place, so that going through a long list makes no new ones. */
const HOLES: Hole[] = [];

function holeAt(place: number): Hole {
  HOLES[place] ??= { hole: place };
  return HOLES[place];
}

export type Slot<T> = T | Hole;

export function isHole<T extends object>(slot: Slot<T>): slot is Hole {
  return "hole" in slot;
}

/** All rows in order; a hole for each row whose page is not held now. */
export function assemble<T extends object>(
  chain: Chain,
  held: ReadonlyMap<number, readonly T[]>,
  keyOf: (row: T) => string,
): Slot<T>[] {
  const slots: Slot<T>[] = [];
  const seen = new Set<string>();
  for (let page = 0; page < chain.sizes.length; page += 1) {
    const rows = held.get(page);
    if (!rows) {
      const size = chain.sizes[page] ?? 0;
      for (let index = 0; index < size; index += 1) slots.push(holeAt(slots.length));
      continue;
    }
    for (const row of rows) {
      const key = keyOf(row);
      if (seen.has(key)) continue;
      seen.add(key);
      slots.push(row);
    }
  }
  return slots;
}
