/** Choosing a member or a customer by name. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { archive, customers, members } from "../api/calls";
import { useText } from "../app/appearance";
import { useSettled } from "../elements/MemberSelect";
import { useMay } from "../session/session";

export type Side = "staff" | "customer";

interface Option {
  value: string;
  label: string;
  /** What tells people of one name apart. */
  told: string;
}

/** Most names offered of each side. */
const MOST = 20;

export function PersonSelect(props: {
  value: string | undefined;
  side: Side | undefined;
  onChange: (id: string | undefined, side: Side | undefined) => void;
}) {
  const { t } = useText();
  const [typed, setTyped] = useState("");
  const q = useSettled(typed);
  const ofStaff = useMay("directory.view");
  const ofCustomers = useMay("customer.view");
  const found = useQuery({
    queryKey: ["archive", "people", q, ofStaff, ofCustomers],
    queryFn: async ({ signal }) => {
      if (!ofStaff && !ofCustomers) return met(q, signal);
      const [staff, others] = await Promise.all([
        ofStaff ? members({ q, limit: MOST }, signal) : null,
        ofCustomers ? customers.list({ q, limit: MOST }, signal) : null,
      ]);
      const named = (side: Side, id: string, name: string | null, told: string): Option => ({
        value: `${side}:${id}`,
        label: name || id,
        told: told ? `${told} · ${id}` : id,
      });
      return {
        staff: (staff?.items ?? []).map((one) => named("staff", one.userid, one.name, "")),
        customers: (others?.items ?? []).map((one) =>
          named("customer", one.external_userid, one.name, one.corp_name),
        ),
      };
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const groups = [
    { label: t("ui.archive.members"), options: found.data?.staff ?? [] },
    { label: t("ui.archive.customers"), options: found.data?.customers ?? [] },
  ].filter((group) => group.options.length > 0);
  const chosen = props.value ? `${props.side ?? "customer"}:${props.value}` : null;
  const isListed = groups.some((group) => group.options.some((one) => one.value === chosen));
  const isSought = found.data !== undefined && !isListed;
  const name = useNameOf(props.side ?? "customer", isSought ? props.value : undefined, {
    staff: ofStaff,
    customer: ofCustomers,
  });
  return (
    <Select<string | null>
      allowClear
      style={{ width: 180 }}
      aria-label={t("ui.archive.person")}
      placeholder={t("ui.archive.person")}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      loading={found.isFetching}
      value={chosen}
      options={groups}
      labelRender={(one) => one.label ?? (name || props.value)}
      popupMatchSelectWidth={300}
      optionRender={(option) => (
        <>
          <div className="ellipsis">{option.data.label}</div>
          <div className="soft small ellipsis">{"told" in option.data && option.data.told}</div>
        </>
      )}
      notFoundContent={t("ui.archive.person.none")}
      onChange={(value) => {
        const [side, ...id] = value ? value.split(":") : [];
        props.onChange(id.join(":") || undefined, side as Side | undefined);
      }}
    />
  );
}

/** The name of somebody who was chosen elsewhere and is in no list here. */
export function useNameOf(side: Side, id: string | undefined, may: Record<Side, boolean>) {
  const found = useQuery({
    queryKey: ["archive", "person", side, id],
    queryFn: async ({ signal }) => {
      if (!id) return "";
      if (side === "customer") return (await customers.get(id)).name;
      const { items } = await members({ q: id, limit: MOST }, signal);
      return items.find((one) => one.userid === id)?.name ?? "";
    },
    enabled: id !== undefined && may[side],
    staleTime: 60_000,
  });
  return found.data;
}

/** For those who may see no lists of people: whom they meet in their conversations. */
async function met(q: string, signal: AbortSignal) {
  const { items } = await archive.conversations({ limit: 200 }, signal);
  const people = new Map(items.flatMap((one) => one.people).map((one) => [one.id, one]));
  const of = (side: Side, isMember: boolean) =>
    [...people.values()]
      .filter((one) => (one.kind === "member") === isMember && (one.name || one.id).includes(q))
      .slice(0, MOST)
      .map(
        (one): Option => ({
          value: `${side}:${one.id}`,
          label: one.name || one.id,
          told: one.id,
        }),
      );
  return { staff: of("staff", true), customers: of("customer", false) };
}
