/** Reading customer data from a CSV file (RFC 4180). */

import type { CustomerProfile } from "../api/contract";

/** The cells of a CSV file, row by row. Quotes may enclose commas, quotes and line breaks. */
export function cellsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    cell = "";
  };
  const body = text.replace(/^\uFEFF/, "");
  for (let at = 0; at < body.length; at += 1) {
    const character = body[at];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (body[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ",") {
      row.push(cell);
      cell = "";
    } else if (character === "\n") endRow();
    else if (character !== "\r") cell += character;
  }
  endRow();
  return rows;
}

/** What is wrong with a file: no id column, or a line (from 1). */
export type Unreadable = { what: "no_id" } | { what: "line"; line: number };

/** The customers of a file; columns without a meaning of their own become fields. */
export function profilesOf(text: string): CustomerProfile[] | Unreadable {
  const [header = [], ...rows] = cellsOf(text);
  const names = header.map((name) => name.trim());
  const id = names.indexOf("external_userid");
  if (id === -1) return { what: "no_id" };
  const profiles: CustomerProfile[] = [];
  for (const [index, row] of rows.entries()) {
    const profile: CustomerProfile = { external_userid: row[id]?.trim() ?? "", fields: {} };
    const fits = names.every((name, at) => at === id || put(profile, name, row[at]?.trim() ?? ""));
    if (!profile.external_userid || !fits) return { what: "line", line: index + 2 };
    profiles.push(profile);
  }
  return profiles;
}

/** Puts one cell where it belongs; false if it cannot be read. */
function put(profile: CustomerProfile, name: string, value: string): boolean {
  if (value === "" || name === "") return true;
  if (name === "messages" || name === "value") {
    const number = Number(value);
    profile[name] = number;
    return Number.isSafeInteger(number);
  }
  if (name === "last_contact") {
    const at = Date.parse(`${value.replaceAll("/", "-")}T00:00:00+08:00`);
    profile.last_contact = at / 1000;
    return Number.isSafeInteger(profile.last_contact);
  }
  profile.fields = { ...profile.fields, [name]: value };
  return true;
}
