/** Choosing successors: people who cannot take over are shown with the reason. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useEffect, useState } from "react";
import { members } from "../api/calls";
import type { Member } from "../api/contract";
import { useText } from "../app/appearance";

interface Common {
  leaver?: string | undefined;
  label: string;
  /** Names already known, by userid. */
  known: Record<string, string>;
  onKnown: (userid: string, name: string) => void;
  id?: string;
  disabled?: boolean;
  status?: "error" | "";
}

interface Props extends Common {
  value: string[];
  onChange: (userids: string[]) => void;
  single?: boolean;
}

export function MemberSelect(props: Props) {
  const { t, find, number } = useText();
  const [typed, setTyped] = useState("");
  const q = useSettled(typed);
  const found = useQuery({
    queryKey: ["members", "successors", props.leaver ?? "", q],
    queryFn: ({ signal }) =>
      members({ q, successor_for: props.leaver, status: "active", limit: 50 }, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const listed = (found.data?.items ?? []).filter((member) => member.userid !== props.leaver);
  const missing = props.value.filter((userid) => !listed.some((one) => one.userid === userid));
  const options = [
    ...missing.map((userid) => ({
      value: userid,
      label: props.known[userid] ?? userid,
      told: "",
      disabled: false,
    })),
    ...listed.map((member) => ({
      value: member.userid,
      label: member.name || member.userid,
      told: tellOf(member, find, t("ui.member.customers", { count: number(member.customers) })),
      disabled: !member.eligible,
    })),
  ];
  const take = (userids: string[]) => {
    for (const userid of userids) {
      const member = listed.find((one) => one.userid === userid);
      if (member) props.onKnown(userid, member.name || userid);
    }
    props.onChange(userids);
  };
  return (
    <Select<string | string[]>
      {...(props.id ? { id: props.id } : {})}
      {...(props.single ? {} : { mode: "multiple" as const })}
      style={{ width: "100%" }}
      aria-label={props.label}
      status={props.status ?? ""}
      disabled={props.disabled ?? false}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      loading={found.isFetching}
      placeholder={t("ui.member.placeholder")}
      value={props.single ? (props.value[0] as string) : props.value}
      options={options}
      notFoundContent={t("ui.member.none")}
      onChange={(value) => take(Array.isArray(value) ? value : value ? [value] : [])}
      onOpenChange={(open) => !open && setTyped("")}
      optionRender={(option) => (
        <span>
          <span className="ellipsis">{option.data.label}</span>
          <span className="soft small ellipsis">{option.data.told}</span>
        </span>
      )}
    />
  );
}

function tellOf(member: Member, find: (key: string) => string | undefined, load: string): string {
  const where = [member.department_names.join(" / "), member.position, load];
  const why = member.why_not && (find(`prediction.${member.why_not}`) ?? member.why_not);
  return (why ? [why, ...where] : where).filter(Boolean).join(" · ");
}

/** What was typed, once the typing has paused. */
export function useSettled(typed: string, pause = 250): string {
  const [settled, setSettled] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), pause);
    return () => clearTimeout(timer);
  }, [typed, pause]);
  return settled;
}
