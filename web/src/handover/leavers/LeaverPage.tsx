import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Alert, Tabs } from "antd";
import { cases, leavers } from "../../api/calls";
import type { LeaverDetail } from "../../api/contract";
import { useText } from "../../app/appearance";
import { LinkButton } from "../../elements/LinkButton";
import { Moment } from "../../elements/Moment";
import { PageFrame } from "../../elements/PageFrame";
import { Loaded, Needs, Nothing } from "../../elements/Problems";
import { useMay } from "../../session/session";
import { HandoverLine } from "../HandoverLine";
import { LeaverCharts } from "./LeaverCharts";
import { LeaverCustomers } from "./LeaverCustomers";
import { LeaverGroups } from "./LeaverGroups";
import { LeaverWays } from "./LeaverWays";
import { OneClick } from "./OneClick";

const route = getRouteApi("/leavers/$userid");

export function LeaverPage() {
  return (
    <Needs act="leaver.view">
      <OneLeaver />
    </Needs>
  );
}

function OneLeaver() {
  const { t } = useText();
  const { userid } = route.useParams();
  const mayPlan = useMay("handover.plan");
  const asked = useQuery({
    queryKey: ["leavers", "one", userid],
    queryFn: () => leavers.get(userid),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const leaver = asked.data;
  const rest = leaver ? leaver.customers_waiting + leaver.groups_waiting : 0;
  return (
    <PageFrame
      title={leaver?.name || userid}
      told={
        leaver && [leaver.department_names.join(" / "), leaver.position].filter(Boolean).join(" · ")
      }
      crumbs={[
        { title: t("ui.menu.handover") },
        { title: t("ui.menu.leavers"), to: "/leavers" },
        { title: leaver?.name || userid },
      ]}
      action={
        <>
          <CaseLink userid={userid} />
          {mayPlan && rest > 0 && (
            <>
              <OneClick leaver={userid} />
              <LinkButton look="primary" to="/handovers/new" search={{ leaver: userid }}>
                {t("ui.handover.start")}
              </LinkButton>
            </>
          )}
        </>
      }
    >
      <Loaded of={asked}>{(data) => <Content leaver={data} />}</Loaded>
    </PageFrame>
  );
}

/** To the latest case of this member, if there is one. */
function CaseLink(props: { userid: string }) {
  const { t } = useText();
  const { userid } = props;
  const maySee = useMay("case.view");
  const asked = useQuery({
    queryKey: ["cases", "list", "of", userid],
    queryFn: ({ signal }) => cases.list({ userid, limit: 1 }, signal),
    enabled: maySee,
  });
  const found = asked.data?.items[0];
  if (!found) return null;
  return (
    <LinkButton to="/cases/$id" params={{ id: found.id }}>
      {t(found.state === "open" ? "ui.leaver.case" : "ui.leaver.case.closed")}
    </LinkButton>
  );
}

function Content(props: { leaver: LeaverDetail }) {
  const { t } = useText();
  const { leaver } = props;
  const { tab } = route.useSearch();
  const maySee = useMay("contact_way.view");
  const navigate = route.useNavigate();
  const tabs = [
    {
      key: "assets",
      label: t("ui.leaver.tab.overview"),
      children: <LeaverCharts leaver={leaver} />,
    },
    {
      key: "customers",
      label: t("ui.leaver.tab.customers"),
      children: <LeaverCustomers userid={leaver.userid} />,
    },
    {
      key: "groups",
      label: t("ui.leaver.tab.groups"),
      children: <LeaverGroups userid={leaver.userid} />,
    },
    ...(maySee
      ? [
          {
            key: "contact_ways",
            label: t("ui.leaver.tab.contact_ways"),
            children: <LeaverWays userid={leaver.userid} />,
          },
        ]
      : []),
    {
      key: "history",
      label: t("ui.leaver.tab.history"),
      children: <History leaver={leaver} />,
    },
  ];
  return (
    <div className="stack">
      {leaver.days_left !== null && leaver.days_left <= 30 && leaver.left_at && (
        <Alert
          showIcon
          type={leaver.days_left <= 0 ? "error" : "warning"}
          title={
            leaver.days_left <= 0
              ? t("ui.leaver.too_late.told")
              : t("ui.leaver.soon_too_late", { count: leaver.days_left })
          }
        />
      )}
      <Assets leaver={leaver} />
      <Tabs
        destroyOnHidden
        activeKey={tab ?? "assets"}
        onChange={(key) => void navigate({ search: { tab: key }, replace: true })}
        items={tabs}
      />
    </div>
  );
}

function Assets(props: { leaver: LeaverDetail }) {
  const { t, find, number } = useText();
  const { leaver } = props;
  const figures = [
    [t("ui.leaver.customers_waiting"), leaver.customers_waiting],
    [t("ui.leaver.groups_waiting"), leaver.groups_waiting],
    [t("ui.leaver.in_transfer"), leaver.customers_in_transfer],
    [t("ui.leaver.done"), leaver.customers_done],
  ] as const;
  return (
    <>
      <div className="grid-4">
        {figures.map(([title, value]) => (
          <section className="card figure" key={title}>
            <h2>{title}</h2>
            <b>{number(value)}</b>
          </section>
        ))}
      </div>
      <div className="row small soft" style={{ gap: 20 }}>
        <span>
          {find(`ui.leaver.reason.${leaver.reason}`) ?? leaver.reason}{" "}
          <Moment at={leaver.left_at} />
        </span>
        {leaver.leader && (
          <span>{t("ui.leaver.leader", { name: leaver.leader.name || leaver.leader.userid })}</span>
        )}
        <span>
          {t("ui.leaver.checked")} <Moment at={leaver.assets_checked_at} />
        </span>
        <span className="mono">{leaver.userid}</span>
      </div>
    </>
  );
}

function History(props: { leaver: LeaverDetail }) {
  const { t } = useText();
  if (props.leaver.handovers.length === 0) return <Nothing told={t("ui.leaver.history.empty")} />;
  return (
    <div className="card stack">
      {props.leaver.handovers.map((handover) => (
        <HandoverLine key={handover.id} handover={handover} />
      ))}
    </div>
  );
}
