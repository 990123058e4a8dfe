import { describe, expect, it } from "vitest";
import { assemble, isHole, learn, pageOf, START, wantedPages } from "./pages";

const key = (row: { id: number }) => String(row.id);
const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: from + index }));

describe("a list of cursor pages", () => {
  it("learns the next cursor from the last page only", () => {
    const one = learn(START, 0, 100, "c1");
    expect(one).toEqual({ cursors: [undefined, "c1"], sizes: [100] });
    expect(learn(one, 0, 100, "changed")).toBe(one);
    expect(learn(learn(one, 1, 40, null), 1, 40, null).cursors).toHaveLength(2);
  });

  it("keeps every row in its place when pages are dropped", () => {
    let chain = START;
    for (let page = 0; page < 100; page += 1) chain = learn(chain, page, 1000, `c${page + 1}`);
    const slots = assemble(chain, new Map([[50, rows(50_000, 1000)]]), key);
    expect(slots).toHaveLength(100_000);
    expect(slots[50_007]).toEqual({ id: 50_007 });
    expect(slots.filter((slot) => !isHole(slot))).toHaveLength(1000);
  });

  it("holds only the pages around what is in sight", () => {
    let chain = START;
    for (let page = 0; page < 100; page += 1) chain = learn(chain, page, 1000, `c${page + 1}`);
    expect(wantedPages(chain, 50_000, 50_020)).toEqual([49, 50, 51]);
    expect(wantedPages(START, 0, 0)).toEqual([0]);
    expect(pageOf(chain.sizes, 999)).toBe(0);
    expect(pageOf(chain.sizes, 1000)).toBe(1);
  });

  it("shows a row once when a refreshed page grew into the next", () => {
    const chain = learn(learn(START, 0, 2, "c1"), 1, 2, null);
    const held = new Map([
      [0, rows(0, 3)],
      [1, rows(2, 2)],
    ]);
    expect(assemble(chain, held, key).map((row) => !isHole(row) && row.id)).toEqual([0, 1, 2, 3]);
  });
});
