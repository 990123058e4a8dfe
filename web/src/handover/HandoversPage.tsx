import { PlusOutlined } from "@ant-design/icons";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Segmented } from "antd";
import { useMemo } from "react";
import { handovers } from "../api/calls";
import type { HandoverSummary } from "../api/contract";
import { useText } from "../app/appearance";
import type { Text } from "../app/text";
import { LinkButton } from "../elements/LinkButton";
import { Moment } from "../elements/Moment";
import { type Column, PagedTable } from "../elements/PagedTable";
import { PageFrame } from "../elements/PageFrame";
import { Needs, Nothing } from "../elements/Problems";
import { StateMark } from "../elements/StateMark";
import { useMay } from "../session/session";
import { toDecide } from "./counts";
import { StateBar } from "./StateBar";

const route = getRouteApi("/handovers");
const FILTERS = ["all", "draft", "running", "finished", "cancelled"] as const;

export function HandoversPage() {
  return (
    <Needs act="handover.view">
      <Handovers />
    </Needs>
  );
}

function Handovers() {
  const text = useText();
  const { t } = text;
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const mayPlan = useMay("handover.plan");
  const columns = useMemo(() => columnsOf(text), [text]);
  const create = mayPlan && (
    <LinkButton to="/handovers/new" search={{}} look="primary" icon={<PlusOutlined />}>
      {t("ui.handover.new")}
    </LinkButton>
  );
  return (
    <PageFrame
      title={t("ui.menu.handovers")}
      told={t("ui.handovers.told")}
      crumbs={[{ title: t("ui.menu.handover") }, { title: t("ui.menu.handovers") }]}
      action={create}
    >
      <div className="filters">
        <Segmented<string>
          aria-label={t("ui.handovers.filter")}
          value={state ?? "all"}
          options={FILTERS.map((value) => ({ value, label: t(`ui.handovers.filter.${value}`) }))}
          onChange={(value) =>
            void navigate({ search: { state: value === "all" ? undefined : value } })
          }
        />
      </div>
      <PagedTable<HandoverSummary>
        label={t("ui.menu.handovers")}
        queryKey={["handovers", "list", state ?? ""]}
        fetchPage={(cursor, signal) => handovers.list({ state, cursor, limit: 100 }, signal)}
        columns={columns}
        rowKey={(row) => row.id}
        empty={<Nothing told={t("ui.handovers.empty")} next={create} />}
      />
    </PageFrame>
  );
}

function columnsOf(text: Text): Column<HandoverSummary>[] {
  const { t, number } = text;
  return [
    {
      key: "leaver",
      title: t("ui.handover.leaver"),
      width: 130,
      render: (row) => (
        <Link
          to={row.state === "draft" ? "/handovers/new" : "/handovers/$id"}
          params={{ id: row.id }}
          search={row.state === "draft" ? { draft: row.id, leaver: row.leaver, step: 4 } : {}}
        >
          {row.leaver_name || row.leaver}
        </Link>
      ),
    },
    {
      key: "kind",
      title: t("ui.handover.kind"),
      width: 90,
      render: (row) => t(`ui.kind.${row.kind}`),
    },
    {
      key: "state",
      title: t("ui.handover.state"),
      width: 100,
      render: (row) => <StateMark of="handover" state={row.state} />,
    },
    {
      key: "progress",
      title: t("ui.handover.progress"),
      width: 200,
      render: (row) => <StateBar counts={row.counts} />,
    },
    {
      key: "total",
      title: t("ui.handover.rows"),
      width: 90,
      align: "right",
      render: (row) => number(row.counts.total),
    },
    {
      key: "decide",
      title: t("ui.handover.to_decide"),
      width: 80,
      align: "right",
      render: (row) => number(toDecide(row.counts)),
    },
    {
      key: "successors",
      title: t("ui.handover.successors"),
      width: 170,
      render: (row) => row.successors.map((one) => one.name || one.userid).join(t("ui.comma")),
    },
    {
      key: "at",
      title: t("ui.handover.created"),
      width: 110,
      render: (row) => <Moment at={row.created_at} />,
    },
  ];
}
