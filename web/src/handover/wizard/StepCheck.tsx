import { ReloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Input, InputNumber, Radio, Select, Skeleton } from "antd";
import { useEffect, useRef } from "react";
import { approvals } from "../../api/calls";
import type { Handover } from "../../api/contract";
import { useText } from "../../app/appearance";
import { SAID, useKindOptions } from "../../archive/kinds";
import { useTold } from "../../elements/Problems";
import { useWhy } from "../approvals/ApprovalPanel";
import { WaysLine } from "../ways/WaysLine";
import { DryRunTable } from "./DryRunTable";
import { MessageField } from "./MessageField";
import type { Plan } from "./plan";
import type { StepProps } from "./WizardPage";

/** How many rows will wait, for whom, and by which rule. */
function AwaitingApproval(props: { handover: Handover }) {
  const { t } = useText();
  const tell = useWhy();
  const { handover } = props;
  const asked = useQuery({
    queryKey: ["handovers", handover.id, "approvals", handover.version],
    queryFn: () => approvals.of(handover.id),
  });
  const reasons = new Map<string, number>();
  for (const why of asked.data?.rows.flatMap((row) => row.why.map(tell)) ?? []) {
    reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  return (
    <Alert
      type="info"
      showIcon
      style={{ marginBottom: 12 }}
      title={t("ui.check.approval", { count: handover.counts.awaiting_approval })}
      description={
        <>
          {t("ui.check.approval.told")}
          {[...reasons].map(([why, count]) => (
            <div key={why}>{t("ui.check.approval.why", { why, count })}</div>
          ))}
        </>
      }
    />
  );
}

/** Scope, remark, message, and what would happen, row by row. */
export function StepCheck({ draft, change, plan }: StepProps & { plan: Plan }) {
  const { t } = useText();
  const kinds = useKindOptions(SAID);
  const told = useTold();
  const asked = useRef(false);
  useEffect(() => {
    if (!asked.current && !plan.loading) {
      asked.current = true;
      void plan.ensure();
    }
  }, [plan]);
  return (
    <>
      <div className="card">
        <Form layout="vertical" component="div">
          <Form.Item label={t("ui.wizard.scope")} extra={t("ui.wizard.scope.told")}>
            <Radio.Group
              aria-label={t("ui.wizard.scope")}
              value={draft.scope}
              onChange={(event) => change({ scope: event.target.value })}
              options={(["none", "days", "all"] as const).map((scope) => ({
                value: scope,
                label: t(`ui.wizard.scope.${scope}`),
              }))}
            />
            {draft.scope === "days" && (
              <InputNumber
                min={1}
                max={36500}
                value={draft.scopeDays}
                suffix={t("ui.wizard.scope.unit")}
                aria-label={t("ui.wizard.scope.days")}
                onChange={(days) => change({ scopeDays: days ?? 30 })}
                style={{ marginInlineStart: 8, width: 120 }}
              />
            )}
          </Form.Item>
          {draft.scope !== "none" && (
            <Form.Item label={t("ui.wizard.kinds")} extra={t("ui.wizard.kinds.told")}>
              <Select
                mode="multiple"
                allowClear
                aria-label={t("ui.wizard.kinds")}
                placeholder={t("ui.wizard.kinds.all")}
                value={draft.scopeKinds}
                options={kinds}
                onChange={(scopeKinds) => change({ scopeKinds })}
              />
            </Form.Item>
          )}
          <Form.Item
            label={t("ui.wizard.note")}
            extra={t("ui.wizard.note.told")}
            style={draft.kind === "in_service" ? {} : { margin: 0 }}
          >
            <Input.TextArea
              aria-label={t("ui.wizard.note")}
              maxLength={500}
              showCount
              autoSize={{ minRows: 2, maxRows: 6 }}
              value={draft.note}
              onChange={(event) => change({ note: event.target.value })}
            />
          </Form.Item>
          {draft.kind === "in_service" && <MessageField draft={draft} change={change} />}
        </Form>
      </div>
      {draft.kind === "resigned" && <WaysLine leaver={draft.leaver} />}
      <div className="card">
        <div className="row spread" style={{ marginBottom: 8 }}>
          <span className="card-title" style={{ margin: 0 }}>
            {t("ui.dry_run.title")}
          </span>
          <Button
            size="small"
            icon={<ReloadOutlined />}
            loading={plan.busy}
            onClick={() => void plan.renew()}
          >
            {t("ui.dry_run.again")}
          </Button>
        </div>
        {Boolean(plan.error) && (
          <Alert type="error" showIcon title={told(plan.error)} style={{ marginBottom: 12 }} />
        )}
        {plan.handover && plan.handover.counts.awaiting_approval > 0 && (
          <AwaitingApproval handover={plan.handover} />
        )}
        {plan.handover ? (
          <DryRunTable handover={plan.handover} />
        ) : (
          !plan.error && <Skeleton active title={false} paragraph={{ rows: 6 }} />
        )}
      </div>
    </>
  );
}
