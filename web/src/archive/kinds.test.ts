import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import shared from "../../../text/zh/shared.json";
import { KINDS } from "./kinds";

const DOMAIN = "../../../crates/jiebang-domain/src/archive/message";
const read = (file: string) =>
  readFileSync(new URL(`${DOMAIN}/${file}`, import.meta.url), { encoding: "utf8" });

/** The types whose payload the server knows; that of a switch has no type. */
function known(): string[] {
  const [, after = ""] = read("parse.rs").split("fn body_keys");
  const [arms = ""] = after.split("_ => return None");
  const patterns = arms.replace(/=>\s*&\[[^\]]*\]/g, "");
  return [...patterns.matchAll(/"([a-z_]+)"/g)].flatMap(([, kind]) => kind ?? []);
}

describe("types of messages", () => {
  it("s43 are those the server knows", () => {
    expect(known()).toContain("qydiskfile");
    expect(read("mod.rs")).toContain('== "switch"');
    expect([...KINDS].sort()).toEqual([...known(), "switch"].sort());
  });

  it("have words that tell them apart", () => {
    const words = KINDS.map((kind) => (shared as Record<string, string>)[`archive.kind.${kind}`]);
    expect(words).not.toContain(undefined);
    expect(new Set(words).size).toBe(KINDS.length);
  });
});
