/** How a contact way and whom it names are said. */

import type { ContactWay, NamedMember } from "../../api/contract";
import type { Text } from "../../app/text";

export function nameOf(way: { name: string }, { t }: Text): string {
  return way.name || t("ui.contact_ways.unnamed");
}

export function kindOf(way: ContactWay, { t }: Text): string {
  if (way.kind === "link") return t("ui.contact_ways.kind.link");
  return t(way.single ? "ui.contact_ways.kind.single" : "ui.contact_ways.kind.team");
}

/** Members and departments in one line; who has left is said so. */
export function namesOf(members: NamedMember[], departments: string[], { t }: Text): string {
  const names = members.map((one) =>
    one.left ? t("ui.contact_ways.has_left", { name: one.name }) : one.name,
  );
  return [...names, ...departments].join(t("ui.comma")) || "–";
}

/** What a change did, as a word. */
export function stateOf(state: string, { find }: Text): string {
  return find(`contact_way.state.${state}`) ?? state;
}
