/** What waits for two persons, and what they decided. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Segmented, Table } from "antd";
import { approvals } from "../../api/calls";
import type { Decided } from "../../api/contract";
import { useText } from "../../app/appearance";
import { STATE_COLOURS } from "../../app/theme";
import { LinkButton } from "../../elements/LinkButton";
import { Moment } from "../../elements/Moment";
import { PageFrame } from "../../elements/PageFrame";
import { Loaded, Needs, Nothing } from "../../elements/Problems";
import { Mark } from "../../elements/StateMark";
import { Wide } from "../../elements/Wide";
import { useMay } from "../../session/session";
import { Panel } from "./ApprovalPanel";

const route = getRouteApi("/approvals");
const TABS = ["waiting", "decided"] as const;

export function ApprovalsPage() {
  return (
    <Needs act="handover.view">
      <Approvals />
    </Needs>
  );
}

function Approvals() {
  const { t } = useText();
  const mayChange = useMay("settings.change");
  const navigate = route.useNavigate();
  const tab = route.useSearch().tab === "decided" ? "decided" : "waiting";
  return (
    <PageFrame
      title={t("ui.menu.approvals")}
      told={t("ui.approvals.told")}
      crumbs={[{ title: t("ui.menu.handover") }, { title: t("ui.menu.approvals") }]}
      action={
        mayChange && <LinkButton to="/settings/approval">{t("ui.approval.policy")}</LinkButton>
      }
    >
      <div className="filters">
        <Segmented<string>
          aria-label={t("ui.approvals.tab")}
          value={tab}
          options={TABS.map((value) => ({ value, label: t(`ui.approvals.tab.${value}`) }))}
          onChange={(value) =>
            void navigate({ search: { tab: value === "decided" ? value : undefined } })
          }
        />
      </div>
      {tab === "decided" ? <DecidedList /> : <Waiting />}
    </PageFrame>
  );
}

function Waiting() {
  const { t } = useText();
  const asked = useQuery({
    queryKey: ["approvals", "waiting"],
    queryFn: approvals.list,
    refetchInterval: 15_000,
  });
  return (
    <Loaded of={asked}>
      {(page) =>
        page.items.length === 0 ? (
          <div className="card">
            <Nothing told={t("ui.approvals.empty")} />
          </div>
        ) : (
          <div className="stack">
            {page.items.map((one) => (
              <div key={one.handover}>
                <h2 style={{ fontSize: 16 }}>
                  <OfHandover of={one} />
                </h2>
                <Panel asked={one} />
              </div>
            ))}
          </div>
        )
      }
    </Loaded>
  );
}

function OfHandover(props: { of: Pick<Decided, "handover" | "leaver" | "leaver_name"> }) {
  const { t } = useText();
  const { of } = props;
  return (
    <Link to="/handovers/$id" params={{ id: of.handover }} search={{}}>
      {t("ui.handover.of", { leaver: of.leaver_name || of.leaver })}
    </Link>
  );
}

function DecidedList() {
  const { t } = useText();
  const asked = useQuery({ queryKey: ["approvals", "decided"], queryFn: approvals.decided });
  return (
    <section className="card">
      <Loaded of={asked}>
        {(page) =>
          page.items.length === 0 ? (
            <Nothing told={t("ui.approvals.decided.empty")} />
          ) : (
            <Wide label={t("ui.approvals.tab.decided")}>
              <Table<Decided>
                size="middle"
                rowKey={(one) => `${one.handover} ${one.at}`}
                pagination={page.items.length > 20 ? { pageSize: 20, size: "small" } : false}
                dataSource={page.items}
                columns={[
                  {
                    key: "of",
                    title: t("ui.menu.handover"),
                    render: (_, one) => <OfHandover of={one} />,
                  },
                  {
                    key: "decision",
                    title: t("ui.approvals.decision"),
                    render: (_, one) => (
                      <Mark
                        colour={
                          STATE_COLOURS[one.decision === "approve" ? "taken_over" : "refused"]
                        }
                        word={t(`ui.approval.${one.decision}d`)}
                      />
                    ),
                  },
                  {
                    key: "at",
                    title: t("ui.approvals.decided_at"),
                    render: (_, one) => <Moment at={one.at} />,
                  },
                  {
                    key: "said",
                    title: t("ui.approvals.said"),
                    render: (_, one) => <Said of={one} />,
                  },
                ]}
              />
            </Wide>
          )
        }
      </Loaded>
    </section>
  );
}

function Said(props: { of: Decided }) {
  const { t } = useText();
  return props.of.votes.map((vote) => (
    <div key={`${vote.account} ${vote.at}`}>
      {vote.account_name || vote.account}
      <span className="soft">
        {" "}
        · {t(`ui.approval.${vote.decision}d`)}
        {vote.comment && ` · ${vote.comment}`}
      </span>
    </div>
  ));
}
