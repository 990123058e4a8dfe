import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Alert, Button, Checkbox, Skeleton, Table } from "antd";
import { useEffect, useRef, useState } from "react";
import { handovers } from "../../api/calls";
import { Problem } from "../../api/client";
import type { DryRun, Handover } from "../../api/contract";
import { useText } from "../../app/appearance";
import { Moment } from "../../elements/Moment";
import { useTold } from "../../elements/Problems";
import { useMay } from "../../session/session";
import { useGrant } from "../grant";
import { type Draft, forgetDraft } from "./draft";
import type { Plan } from "./plan";

/** One sentence of what will happen and what cannot be undone, then the act. */
export function StepConfirm({ draft, plan }: { draft: Draft; plan: Plan }) {
  const told = useTold();
  const asked = useRef(false);
  useEffect(() => {
    if (!asked.current && !plan.loading) {
      asked.current = true;
      void plan.ensure();
    }
  }, [plan]);
  if (plan.error) return <Alert type="error" showIcon title={told(plan.error)} />;
  // Nobody confirms a plan that is being made anew.
  if (!plan.current || plan.busy || !plan.handover?.dry_run) {
    return <Skeleton active className="card" />;
  }
  return <Ready draft={draft} plan={plan} handover={plan.handover} dry={plan.handover.dry_run} />;
}

function Ready(props: { draft: Draft; plan: Plan; handover: Handover; dry: DryRun }) {
  const { t } = useText();
  const { draft, plan, handover, dry } = props;
  const grant = useGrant();
  const [agreed, setAgreed] = useState(false);
  const start = useStart(handover);
  const told = useTold();
  const mayExecute = useMay("handover.execute");
  // What needs approval is submitted when it has it.
  const moving = handover.counts.planned;
  const waiting = handover.counts.awaiting_approval;
  const conflict = start.error instanceof Problem && start.error.code === "conflict";
  const values = {
    leaver: handover.leaver_name || draft.leaverName || handover.leaver,
    customers: handover.counts.customers,
    groups: handover.counts.groups,
    successors: dry.by_successor.length,
    moving,
    waiting,
    staying: dry.blocked + dry.unassigned,
  };
  return (
    <div className="card stack">
      <p style={{ margin: 0, fontSize: 16 }}>{t("ui.confirm.sentence", values)}</p>
      <p style={{ margin: 0 }}>{t("ui.grant.told", { what: grant(handover.request) })}</p>
      <Alert
        type="warning"
        showIcon
        title={t("ui.confirm.no_undo")}
        description={t(`ui.confirm.no_undo.${handover.kind}`)}
      />
      {waiting > 0 && (
        <Alert
          type="info"
          showIcon
          title={t("ui.confirm.approval", { count: waiting })}
          description={t("ui.confirm.approval.told")}
        />
      )}
      {dry.second_transfers > 0 && (
        <Alert
          type="info"
          showIcon
          title={t("ui.confirm.second", { count: dry.second_transfers })}
          description={t("ui.confirm.second.told")}
        />
      )}
      <Shares dry={dry} />
      <dl className="facts">
        <dt>{t("ui.confirm.calls")}</dt>
        <dd>{t("ui.confirm.calls.count", { count: dry.calls })}</dd>
        {dry.groups_days > 1 && (
          <>
            <dt>{t("ui.confirm.groups_days")}</dt>
            <dd>{t("ui.confirm.groups_days.told", { days: dry.groups_days })}</dd>
          </>
        )}
        <dt>{t("ui.confirm.submitted_by")}</dt>
        <dd>
          <Moment exact at={dry.submit_done_at} />
        </dd>
        <dt>{t("ui.confirm.finished_by")}</dt>
        <dd>
          <Moment exact at={dry.finish_at} />
        </dd>
      </dl>
      {Boolean(start.error) && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={told(start.error)}
          action={
            conflict && (
              <Button
                size="small"
                onClick={() => {
                  start.reset();
                  setAgreed(false);
                  void plan.renew();
                }}
              >
                {t("ui.dry_run.again")}
              </Button>
            )
          }
        />
      )}
      <Checkbox checked={agreed} onChange={(event) => setAgreed(event.target.checked)}>
        {t("ui.confirm.agree", values)}
      </Checkbox>
      <div className="row">
        <Button
          type="primary"
          size="large"
          disabled={!agreed || moving + waiting === 0 || !mayExecute}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          {t("ui.confirm.start", { count: moving })}
        </Button>
        {!mayExecute && <span className="soft">{t("ui.confirm.may_not")}</span>}
      </div>
    </div>
  );
}

function useStart(handover: Handover) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => handovers.start(handover.id, handover.counts.planned, handover.version),
    onSuccess: async (started) => {
      forgetDraft();
      queries.setQueryData(["handovers", "one", started.id], started);
      void queries.invalidateQueries({ queryKey: ["handovers", "list"] });
      void queries.invalidateQueries({ queryKey: ["leavers"] });
      await navigate({ to: "/handovers/$id", params: { id: started.id }, search: {} });
    },
  });
}

function Shares(props: { dry: DryRun }) {
  const { t, number } = useText();
  const count = (key: "customers" | "groups" | "already", title: string) => ({
    key,
    dataIndex: key,
    title,
    align: "right" as const,
    className: "number",
    render: (value: number) => number(value),
  });
  return (
    <Table
      size="small"
      rowKey="userid"
      pagination={props.dry.by_successor.length > 20 ? { pageSize: 20 } : false}
      dataSource={props.dry.by_successor}
      columns={[
        {
          key: "name",
          title: t("ui.handover.successor"),
          render: (_, one) => one.name || one.userid,
        },
        count("customers", t("ui.subject.customer")),
        count("groups", t("ui.subject.group")),
        count("already", t("ui.confirm.already")),
      ]}
    />
  );
}
