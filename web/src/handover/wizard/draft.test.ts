import { describe, expect, it } from "vitest";
import type { Handover } from "../../api/contract";
import {
  type Draft,
  draftOf,
  emptyDraft,
  furthest,
  missing,
  requestOf,
  successorsOf,
} from "./draft";

const base: Draft = { ...emptyDraft(), leaver: "lin", one: "amy" };

const to = (...userids: string[]) => ({
  to: { kind: "members" as const, userids },
  share: "balanced" as const,
  never: [],
});

describe("the wizard's draft", () => {
  it("says the least that is needed", () => {
    expect(requestOf({ ...base, filter: { tags_any: [], added_after: null } })).toEqual({
      leaver: "lin",
      kind: "resigned",
      customers: { filter: {} },
      groups: {},
      assignment: { mode: "one", to: "amy" },
      groups_to: [],
      record_scope: { mode: "none" },
      note: "",
    });
  });

  it("never sends a message to customers of someone who left", () => {
    expect(requestOf({ ...base, message: "hello" })).not.toHaveProperty("message");
    expect(requestOf({ ...base, kind: "in_service", message: " hello " }).message).toBe("hello");
  });

  it("hands over groups alone to those who take the groups", () => {
    const draft: Draft = { ...base, withCustomers: false, one: "", groupsTo: ["bob", "amy"] };
    expect(requestOf(draft).customers).toBeNull();
    expect(requestOf(draft).assignment).toEqual({ mode: "evenly", to: ["bob", "amy"] });
    expect(missing(draft, "successors")).toBeNull();
  });

  it("keeps the types of messages the record is for, and names none when it is for all", () => {
    const draft: Draft = { ...base, scope: "days", scopeDays: 90, scopeKinds: ["text", "image"] };
    const request = requestOf(draft);
    expect(request.record_kinds).toEqual(["text", "image"]);
    expect(requestOf({ ...draft, scopeKinds: [] })).not.toHaveProperty("record_kinds");
    expect(requestOf({ ...draft, scope: "none" })).not.toHaveProperty("record_kinds");
    const stored = { leaver: "lin", leaver_name: "", kind: "resigned", successors: [], request };
    const back = draftOf(stored as unknown as Handover);
    expect([back.scope, back.scopeDays, back.scopeKinds]).toEqual(["days", 90, ["text", "image"]]);
  });

  it("stops at the first step that is not complete", () => {
    expect(furthest(emptyDraft())).toBe(0);
    expect(furthest({ ...base, withCustomers: false, groups: "none" })).toBe(1);
    expect(furthest({ ...base, one: "" })).toBe(2);
    expect(furthest(base)).toBe(4);
  });

  it("keeps rules in order and lists what no rule takes when nobody is named", () => {
    const draft: Draft = {
      ...base,
      mode: "rules",
      rules: [
        { key: "1", name: " VIP ", when: { tags_any: ["et1"], messages_min: null }, ...to("bob") },
        { key: "2", name: "rest", when: {}, ...to("amy", "bob") },
      ],
      otherwise: [],
    };
    expect(requestOf(draft).assignment).toEqual({
      mode: "rules",
      rules: [
        { name: "VIP", when: { tags_any: ["et1"] }, ...to("bob") },
        { name: "rest", when: {}, ...to("amy", "bob") },
      ],
      otherwise: null,
    });
    expect(successorsOf(draft)).toEqual(["bob", "amy"]);
  });

  it("asks for the best fit by a rule that shares by affinity", () => {
    const draft: Draft = { ...base, mode: "best", evenly: ["amy", "bob"], cap: 50 };
    expect(requestOf(draft)).toMatchObject({
      cap: 50,
      assignment: {
        mode: "rules",
        rules: [{ when: {}, to: { userids: ["amy", "bob"] }, share: "affinity" }],
      },
    });
    expect(furthest({ ...draft, evenly: [] })).toBe(2);
    expect(furthest({ ...draft, mode: "rule_set" })).toBe(2);
    expect(furthest({ ...draft, mode: "rule_set", ruleSet: "1" })).toBe(4);
  });
});
