import { expect, test } from "vitest";
import { cellsOf, profilesOf } from "./csv";

test("quotes enclose commas, quotes and line breaks", () => {
  const rows = cellsOf('\uFEFFa,"b,1"\r\n"say ""hi""","two\nlines"\n\n');
  expect(rows).toEqual([
    ["a", "b,1"],
    ['say "hi"', "two\nlines"],
  ]);
});

test("columns without a meaning of their own become fields", () => {
  const file = "external_userid,value,last_contact,language\nwm1,100,2026-01-31,en\nwm2,,,\n";
  expect(profilesOf(file)).toEqual([
    {
      external_userid: "wm1",
      value: 100,
      last_contact: Date.parse("2026-01-30T16:00:00Z") / 1000,
      fields: { language: "en" },
    },
    { external_userid: "wm2", fields: {} },
  ]);
});

test("a file that cannot be read says where", () => {
  expect(profilesOf("name\nx\n")).toEqual({ what: "no_id" });
  expect(profilesOf("external_userid,value\nwm1,1\nwm2,many\n")).toEqual({ what: "line", line: 3 });
  expect(profilesOf("external_userid\nwm1\n,\n")).toEqual({ what: "line", line: 3 });
});
