/** Who left, what they still hold, and how long it can still be handed over. */

import { getRouteApi, Link } from "@tanstack/react-router";
import { Input, Segmented } from "antd";
import { useEffect, useMemo, useState } from "react";
import { leavers } from "../../api/calls";
import type { Leaver } from "../../api/contract";
import { useText } from "../../app/appearance";
import type { Text } from "../../app/text";
import { LinkButton } from "../../elements/LinkButton";
import { useSettled } from "../../elements/MemberSelect";
import { Moment } from "../../elements/Moment";
import { type Column, PagedTable } from "../../elements/PagedTable";
import { PageFrame } from "../../elements/PageFrame";
import { Needs, Nothing } from "../../elements/Problems";
import { useMay } from "../../session/session";

const route = getRouteApi("/leavers");
const STATES = ["waiting", "in_progress", "done", "all"] as const;

export function LeaversPage() {
  return (
    <Needs act="leaver.view">
      <Leavers />
    </Needs>
  );
}

function Leavers() {
  const text = useText();
  const { t } = text;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayPlan = useMay("handover.plan");
  const [typed, setTyped] = useState(search.q ?? "");
  const q = useSettled(typed);
  const state = search.state ?? "waiting";
  useEffect(() => {
    if (q !== (search.q ?? "")) {
      void navigate({ replace: true, search: (old) => ({ ...old, q: q || undefined }) });
    }
  }, [q, search.q, navigate]);
  const columns = useMemo(() => columnsOf(text, mayPlan), [text, mayPlan]);
  return (
    <PageFrame
      title={t("ui.menu.leavers")}
      told={t("ui.leavers.told")}
      crumbs={[{ title: t("ui.menu.handover") }, { title: t("ui.menu.leavers") }]}
    >
      <div className="filters">
        <Segmented<string>
          aria-label={t("ui.leavers.filter")}
          value={state}
          options={STATES.map((value) => ({ value, label: t(`ui.leavers.state.${value}`) }))}
          onChange={(value) => void navigate({ search: (old) => ({ ...old, state: value }) })}
        />
        <Input.Search
          allowClear
          style={{ width: 260 }}
          maxLength={100}
          aria-label={t("ui.leavers.search")}
          placeholder={t("ui.leavers.search")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <PagedTable<Leaver>
        label={t("ui.menu.leavers")}
        queryKey={["leavers", "list", state, q]}
        fetchPage={(cursor, signal) => leavers.list({ q, state, cursor, limit: 100 }, signal)}
        columns={columns}
        rowKey={(row) => row.userid}
        empty={<Nothing told={t(q ? "ui.table.no_match" : "ui.leavers.empty")} />}
      />
    </PageFrame>
  );
}

function columnsOf(text: Text, mayPlan: boolean): Column<Leaver>[] {
  const { t, find, number } = text;
  const count = (key: keyof Leaver & string, title: string): Column<Leaver> => ({
    key,
    title,
    width: 104,
    align: "right",
    render: (row) => number(Number(row[key] ?? 0)),
  });
  return [
    {
      key: "name",
      title: t("ui.leaver.name"),
      width: 120,
      render: (row) => (
        <Link to="/leavers/$userid" params={{ userid: row.userid }} search={{}}>
          {row.name || row.userid}
        </Link>
      ),
    },
    {
      key: "department",
      title: t("ui.leaver.department"),
      width: 140,
      render: (row) =>
        [row.department_names.join(" / "), row.position].filter(Boolean).join(" · ") || "–",
    },
    {
      key: "left",
      title: t("ui.leaver.left"),
      width: 150,
      render: (row) => (
        <>
          {find(`ui.leaver.reason.${row.reason}`) ?? row.reason}
          {row.left_at && " · "}
          {row.left_at && <Moment at={row.left_at} />}
        </>
      ),
    },
    count("customers_waiting", t("ui.leaver.col.customers")),
    count("groups_waiting", t("ui.leaver.col.groups")),
    count("customers_in_transfer", t("ui.leaver.in_transfer")),
    count("customers_done", t("ui.leaver.done")),
    {
      key: "days",
      title: t("ui.leaver.days_left"),
      width: 90,
      align: "right",
      render: (row) => <DaysLeft days={row.days_left} />,
    },
    {
      key: "act",
      title: t("ui.act"),
      width: 92,
      render: (row) =>
        mayPlan &&
        row.customers_waiting + row.groups_waiting > 0 && (
          <LinkButton
            look="link"
            size="small"
            style={{ paddingInline: 0 }}
            to="/handovers/new"
            search={{ leaver: row.userid }}
            aria-label={t("ui.handover.start_for", { name: row.name || row.userid })}
          >
            {t("ui.handover.start")}
          </LinkButton>
        ),
    },
  ];
}

/** WeCom hands over what a leaver held for one year. */
function DaysLeft(props: { days: number | null }) {
  const { t } = useText();
  if (props.days === null || props.days === undefined) return <span className="soft">–</span>;
  if (props.days <= 0) return <span>{t("ui.leaver.too_late")}</span>;
  return <span>{t("ui.leaver.days", { count: props.days })}</span>;
}
