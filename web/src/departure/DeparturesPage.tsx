/** What would be lost if somebody left today, and how well it is written down. */

import { DownloadOutlined } from "@ant-design/icons";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button, Input, Segmented } from "antd";
import { useEffect, useMemo, useState } from "react";
import { departures } from "../api/calls";
import type { Departure } from "../api/contract";
import { useText } from "../app/appearance";
import type { Text } from "../app/text";
import { LinkButton } from "../elements/LinkButton";
import { useSettled } from "../elements/MemberSelect";
import { type Column, PagedTable } from "../elements/PagedTable";
import { PageFrame } from "../elements/PageFrame";
import { Needs, Nothing } from "../elements/Problems";
import { useMay } from "../session/session";
import { Part } from "./Part";

const route = getRouteApi("/departures");
const SORTS = ["exposure", "hygiene"] as const;

export function DeparturesPage() {
  return (
    <Needs act="departure.view">
      <Departures />
    </Needs>
  );
}

function Departures() {
  const text = useText();
  const { t } = text;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayPlan = useMay("handover.plan");
  const mayExport = useMay("handover.export");
  const [typed, setTyped] = useState(search.q ?? "");
  const q = useSettled(typed);
  const sort = search.sort ?? "exposure";
  useEffect(() => {
    if (q !== (search.q ?? "")) {
      void navigate({ replace: true, search: (old) => ({ ...old, q: q || undefined }) });
    }
  }, [q, search.q, navigate]);
  const columns = useMemo(() => columnsOf(text, mayPlan), [text, mayPlan]);
  return (
    <PageFrame
      title={t("ui.menu.departures")}
      told={t("ui.departures.told")}
      crumbs={[{ title: t("ui.menu.handover") }, { title: t("ui.menu.departures") }]}
      action={
        mayExport && (
          <Button icon={<DownloadOutlined />} href={departures.exportAddress({ q, sort })} download>
            {t("ui.export")}
          </Button>
        )
      }
    >
      <div className="filters">
        <Segmented<string>
          aria-label={t("ui.departures.sort")}
          value={sort}
          options={SORTS.map((value) => ({ value, label: t(`ui.departures.sort.${value}`) }))}
          onChange={(value) => void navigate({ search: (old) => ({ ...old, sort: value }) })}
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
        <span className="soft small">{t("ui.departure.score.told")}</span>
      </div>
      <PagedTable<Departure>
        label={t("ui.menu.departures")}
        queryKey={["departures", "list", sort, q]}
        fetchPage={(cursor, signal) => departures.list({ q, sort, cursor, limit: 100 }, signal)}
        columns={columns}
        rowKey={(row) => row.userid}
        empty={<Nothing told={t(q ? "ui.table.no_match" : "ui.departures.empty")} />}
      />
    </PageFrame>
  );
}

function columnsOf(text: Text, mayPlan: boolean): Column<Departure>[] {
  const { t, number } = text;
  const count = (key: "customers" | "groups", title: string): Column<Departure> => ({
    key,
    title,
    width: 104,
    align: "right",
    render: (row) => number(row[key]),
  });
  const part = (
    key: "single_owner" | "undocumented",
    title: string,
    tone: "bad" | "fair",
  ): Column<Departure> => ({
    key,
    title,
    width: 150,
    render: (row) => <Part value={row[key]} of={row.customers} tone={tone} />,
  });
  return [
    {
      key: "name",
      title: t("ui.leaver.name"),
      width: 110,
      render: (row) => (
        <Link to="/departures/$userid" params={{ userid: row.userid }} search={{}}>
          {row.name || row.userid}
        </Link>
      ),
    },
    {
      key: "department",
      title: t("ui.leaver.department"),
      width: 150,
      render: (row) =>
        [row.department_names.join(" / "), row.position].filter(Boolean).join(" · ") || "–",
    },
    count("customers", t("ui.departure.customers")),
    count("groups", t("ui.departure.groups")),
    part("single_owner", t("ui.departure.single_owner"), "bad"),
    part("undocumented", t("ui.departure.undocumented"), "fair"),
    {
      key: "score",
      title: t("ui.departure.score"),
      width: 140,
      render: (row) =>
        row.score === null ? (
          <span className="soft">–</span>
        ) : (
          <Part value={Math.round(row.score * 10) / 10} of={100} tone="good" />
        ),
    },
    {
      key: "act",
      title: t("ui.act"),
      width: 92,
      render: (row) =>
        mayPlan && (
          <LinkButton
            look="link"
            size="small"
            style={{ paddingInline: 0 }}
            to="/handovers/new"
            search={{ leaver: row.userid }}
            aria-label={t("ui.departure.prepare_for", { name: row.name || row.userid })}
          >
            {t("ui.departure.prepare")}
          </LinkButton>
        ),
    },
  ];
}
