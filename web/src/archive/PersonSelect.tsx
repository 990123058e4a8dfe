/** Choosing a member or a customer by name. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { type ReactNode, useState } from "react";
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

const STAFF = ["staff"] as const;
const CUSTOMERS = ["customer"] as const;
const BOTH = [...STAFF, ...CUSTOMERS] as const;
const WORDS = { staff: "ui.archive.members", customer: "ui.archive.customers" } as const;

/** Most names offered of each side. */
const MOST = 20;

export function PersonSelect(props: {
  value: string | undefined;
  side: Side | undefined;
  onChange: (id: string | undefined, side: Side | undefined) => void;
}) {
  const { t } = useText();
  const { found, may, setTyped } = useFound(BOTH);
  const groups = BOTH.map((side) => ({
    label: t(WORDS[side]),
    options: (found.data?.[side] ?? []).map((one) => ({ ...one, value: `${side}:${one.value}` })),
  })).filter((group) => group.options.length > 0);
  const side = props.side ?? "customer";
  const chosen = props.value ? `${side}:${props.value}` : null;
  const isListed = groups.some((group) => group.options.some((one) => one.value === chosen));
  const isSought = found.data !== undefined && !isListed;
  const name = useNameOf(side, isSought ? props.value : undefined, may);
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
      optionRender={({ data }) => (
        <Offered label={data.label} told={"told" in data ? data.told : ""} />
      )}
      notFoundContent={t("ui.archive.person.none")}
      onChange={(value) => {
        const [side, ...id] = value ? value.split(":") : [];
        props.onChange(id.join(":") || undefined, side as Side | undefined);
      }}
    />
  );
}

/** Choosing several of one side. */
export function PeopleSelect(props: {
  side: Side;
  value: string[];
  onChange: (ids: string[]) => void;
}) {
  const { t } = useText();
  const { side } = props;
  const { found, may, setTyped } = useFound(side === "staff" ? STAFF : CUSTOMERS);
  const label = t(WORDS[side]);
  return (
    <Select<string[], Option>
      mode="multiple"
      allowClear
      maxTagCount="responsive"
      maxCount={MOST}
      style={{ width: "100%" }}
      aria-label={label}
      placeholder={label}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      loading={found.isFetching}
      value={props.value}
      options={found.data?.[side] ?? []}
      labelRender={(one) => one.label ?? <Named side={side} id={String(one.value)} may={may} />}
      popupMatchSelectWidth={300}
      optionRender={({ data }) => <Offered label={data.label} told={data.told} />}
      notFoundContent={t("ui.archive.person.none")}
      onChange={(ids) => {
        // The field is emptied by a choice without a word of it.
        setTyped("");
        props.onChange(ids);
      }}
      onOpenChange={(open) => !open && setTyped("")}
    />
  );
}

/** A name, and under it what tells it from others of that name. */
export function Offered(props: { label: ReactNode; told: string }) {
  return (
    <>
      <div className="ellipsis">{props.label}</div>
      <div className="soft small ellipsis">{props.told}</div>
    </>
  );
}

function Named(props: { side: Side; id: string; may: Record<Side, boolean> }) {
  const name = useNameOf(props.side, props.id, props.may);
  return <>{name || props.id}</>;
}

/** The people of these sides who fit what is typed, and how to type. */
function useFound(sides: readonly Side[]) {
  const [typed, setTyped] = useState("");
  const q = useSettled(typed);
  const may = { staff: useMay("directory.view"), customer: useMay("customer.view") };
  const ofStaff = may.staff && sides.includes("staff");
  const ofCustomers = may.customer && sides.includes("customer");
  const found = useQuery({
    queryKey: ["archive", "people", q, ofStaff, ofCustomers],
    queryFn: async ({ signal }) => {
      if (!ofStaff && !ofCustomers) return met(q, signal);
      const [staff, others] = await Promise.all([
        ofStaff ? members({ q, limit: MOST }, signal) : null,
        ofCustomers ? customers.list({ q, limit: MOST }, signal) : null,
      ]);
      const named = (id: string, name: string | null, told: string): Option => ({
        value: id,
        label: name || id,
        told: told ? `${told} · ${id}` : id,
      });
      return {
        staff: (staff?.items ?? []).map((one) => named(one.userid, one.name, "")),
        customer: (others?.items ?? []).map((one) =>
          named(one.external_userid, one.name, one.corp_name),
        ),
      };
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  return { found, may, setTyped };
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
  const of = (isMember: boolean) =>
    [...people.values()]
      .filter((one) => (one.kind === "member") === isMember && (one.name || one.id).includes(q))
      .slice(0, MOST)
      .map((one): Option => ({ value: one.id, label: one.name || one.id, told: one.id }));
  return { staff: of(true), customer: of(false) };
}
