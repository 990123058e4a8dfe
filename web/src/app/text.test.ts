import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createText, fill, loadCatalogue } from "./text";

const root = join(import.meta.dirname, "../../../text");
const parts = readdirSync(join(root, "zh"));
const read = (language: string, part: string): Record<string, string> =>
  JSON.parse(readFileSync(join(root, language, part), "utf8"));
const places = (text: string) =>
  [...text.matchAll(/\{(\w+)[,}]/g)]
    .map((match) => match[1])
    .sort()
    .join(" ");

describe.each(parts)("the catalogue %s", (part) => {
  const zh = read("zh", part);
  const en = read("en", part);

  it("has the same keys in both languages", () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  });

  it("has the same places for values in both languages", () => {
    const differing = Object.keys(zh).filter(
      (key) => places(zh[key] ?? "") !== places(en[key] ?? ""),
    );
    expect(differing).toEqual([]);
  });
});

it("every key made at run time from a known list has its words", async () => {
  const zh = await loadCatalogue("zh");
  const states = Object.keys(read("zh", "shared.json")).filter((key) =>
    /^prediction\.\w+$/.test(key),
  );
  for (const key of states) {
    expect(zh, key).toHaveProperty([`${key}.why`]);
    expect(zh, key).toHaveProperty([`${key}.fix`]);
  }
  for (const key of Object.keys(zh).filter((one) => /^errcode\.-?\d+$/.test(one))) {
    expect(zh, key).toHaveProperty([`${key}.fix`]);
  }
});

it("every literal key in the sources exists", async () => {
  const zh = await loadCatalogue("zh");
  const sources = readdirSync(join(root, "../web/src"), { recursive: true, encoding: "utf8" });
  const used = sources
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".test.ts"))
    .flatMap((path) =>
      [
        ...readFileSync(join(root, "../web/src", path), "utf8").matchAll(/"(ui\.[a-z_.]*[a-z_])"/g),
      ].map((match) => match[1] ?? ""),
    );
  expect(used.filter((key) => !(key in zh))).toEqual([]);
});

it("a value without a place and a place without a value do no harm", () => {
  expect(fill("{a} and {b}", { a: 1, c: 2 })).toBe("1 and {b}");
});

it("says one and many apart", () => {
  const en = createText("en", {
    "ui.x": "{rows, plural, one {# row} other {# rows}} of {name}",
  });
  expect(en.find("ui.x", { rows: 1, name: "Lin" })).toBe("1 row of Lin");
  expect(en.find("ui.x", { rows: 12480, name: "Lin" })).toBe("12,480 rows of Lin");
  expect(en.find("ui.x", { rows: "1", name: "Lin" }), "written before").toBe("1 row of Lin");
  expect(en.find("ui.x", { rows: "1,200", name: "Lin" })).toBe("1,200 rows of Lin");
});

it("English says no number before a word that is always plural", () => {
  const always = ["shared.json", "server.json", "ui.json"].flatMap((part) =>
    Object.entries(read("en", part)).filter(([, text]) =>
      /\{(?!kind|word)\w+\} (customer|group|row|message|file|member|day|hour|second|case|item)s\b/.test(
        text,
      ),
    ),
  );
  expect(always).toEqual([]);
});

it("tells times in the viewer's words", () => {
  const zh = createText("zh", { "ui.x": "共 {count} 条" });
  expect(zh.find("ui.x", { count: 12480 })).toBe("共 12,480 条");
  expect(zh.ago(1_000_000, 1_000_000 + 7_200)).toBe("2小时前");
  expect(createText("en", {}).ago(1_000_000 + 86_400 * 3, 1_000_000)).toBe("in 3 days");
  expect(zh.ago(1_000_000, 1_000_000 + 47 * 3_600), "not 昨天").toBe("1天前");
  const near = createText("zh", { "ui.time.just_now": "刚刚", "ui.time.soon": "即将" });
  expect([near.ago(100, 100), near.ago(130, 100)]).toEqual(["刚刚", "即将"]);
});
