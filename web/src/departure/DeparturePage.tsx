/** One member: what they hold, whom nobody else knows, and how to prepare their leaving. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Tabs } from "antd";
import { useMemo } from "react";
import { departures } from "../api/calls";
import type { Departure } from "../api/contract";
import { useText } from "../app/appearance";
import { STATE_COLOURS } from "../app/theme";
import { Chart } from "../elements/Chart";
import { LinkButton } from "../elements/LinkButton";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs } from "../elements/Problems";
import { useMay } from "../session/session";
import { ExposedCustomers } from "./ExposedCustomers";
import { NoticePeriod } from "./NoticePeriod";

const route = getRouteApi("/departures/$userid");

export function DeparturePage() {
  return (
    <Needs act="departure.view">
      <OneMember />
    </Needs>
  );
}

function OneMember() {
  const { t } = useText();
  const { userid } = route.useParams();
  const mayPlan = useMay("handover.plan");
  const asked = useQuery({
    queryKey: ["departures", "one", userid],
    queryFn: () => departures.get(userid),
    placeholderData: keepPreviousData,
  });
  const member = asked.data;
  const name = member?.name || userid;
  return (
    <PageFrame
      title={t("ui.departure.of", { name })}
      told={
        member && [member.department_names.join(" / "), member.position].filter(Boolean).join(" · ")
      }
      crumbs={[
        { title: t("ui.menu.handover") },
        { title: t("ui.menu.departures"), to: "/departures" },
        { title: name },
      ]}
      action={
        mayPlan &&
        member && (
          <LinkButton look="primary" to="/handovers/new" search={{ leaver: userid }}>
            {t("ui.departure.prepare")}
          </LinkButton>
        )
      }
    >
      <Loaded of={asked}>{(data) => <Content member={data} />}</Loaded>
    </PageFrame>
  );
}

function Content(props: { member: Departure }) {
  const { t } = useText();
  const { member } = props;
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const mayPlan = useMay("handover.plan");
  const mayRead = useMay("customer.view");
  const tabs = [
    {
      key: "overview",
      label: t("ui.departure.tab.overview"),
      children: <Charts member={member} />,
    },
    ...(mayRead
      ? (["single_owner", "undocumented"] as const).map((kind) => ({
          key: kind,
          label: t(`ui.departure.${kind}`),
          children: <ExposedCustomers userid={member.userid} kind={kind} />,
        }))
      : []),
    ...(mayPlan
      ? [
          {
            key: "notice",
            label: t("ui.departure.tab.notice"),
            children: <NoticePeriod userid={member.userid} />,
          },
        ]
      : []),
  ];
  return (
    <div className="stack">
      <Figures member={member} />
      <Tabs
        destroyOnHidden
        activeKey={tab ?? "overview"}
        onChange={(key) => void navigate({ search: { tab: key }, replace: true })}
        items={tabs}
      />
    </div>
  );
}

function Figures(props: { member: Departure }) {
  const { t, number } = useText();
  const { member } = props;
  const score = member.score === null ? "–" : number(Math.round(member.score * 10) / 10);
  const figures = [
    [t("ui.departure.customers"), number(member.customers)],
    [t("ui.departure.groups"), number(member.groups)],
    [t("ui.departure.single_owner"), number(member.single_owner)],
    [t("ui.departure.score"), score],
  ] as const;
  return (
    <div className="grid-4">
      {figures.map(([title, value]) => (
        <section className="card figure" key={title}>
          <h2>{title}</h2>
          <b>{value}</b>
        </section>
      ))}
    </div>
  );
}

function Charts(props: { member: Departure }) {
  const { t } = useText();
  const { member } = props;
  const { exposed, written } = useMemo(() => {
    const bad = STATE_COLOURS.refused ?? "";
    const parts = ["remark", "note", "tag", "phone"] as const;
    return {
      exposed:
        member.customers + member.groups === 0
          ? []
          : [
              { name: t("ui.departure.customers"), value: member.customers },
              { name: t("ui.departure.single_owner"), value: member.single_owner, colour: bad },
              { name: t("ui.departure.undocumented"), value: member.undocumented, colour: bad },
              { name: t("ui.departure.groups"), value: member.groups },
            ],
      written:
        member.customers === 0
          ? []
          : parts.map((part) => ({
              name: t(`ui.departure.with_${part}`),
              value: member[`with_${part}`],
            })),
    };
  }, [member, t]);
  return (
    <div className="grid-2">
      <Chart
        kind="bars"
        title={t("ui.departure.chart.exposed")}
        told={t("ui.departure.chart.exposed.told")}
        bars={exposed}
      />
      <Chart
        kind="bars"
        title={t("ui.departure.chart.written")}
        told={t("ui.departure.score.told")}
        bars={written}
      />
    </div>
  );
}
