import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Form, InputNumber, Select } from "antd";
import { useState } from "react";
import { settings } from "../../api/calls";
import type { ApprovalPolicy, Condition } from "../../api/contract";
import { useText } from "../../app/appearance";
import { MemberSelect } from "../../elements/MemberSelect";
import { useTold } from "../../elements/Problems";
import { ConditionEditor } from "../rules/ConditionEditor";
import { useConditionTold } from "../rules/RulesTold";
import { trimmed } from "../rules/rules";

const MODES = ["none", "runner_up", "list"] as const;

/** A rule without any condition would hold for every customer. */
function isEmpty(condition: Condition): boolean {
  return Object.keys(trimmed(condition)).length === 0;
}

/** Which rows need approval, and who is tried after a refusal. */
export function PolicyForm(props: { known: ApprovalPolicy }) {
  const { t, number } = useText();
  const { message } = App.useApp();
  const told = useTold();
  const queries = useQueryClient();
  const [policy, setPolicy] = useState(props.known);
  const [names, setNames] = useState<Record<string, string>>({});
  const change = (part: Partial<ApprovalPolicy>) => setPolicy((old) => ({ ...old, ...part }));
  const next = policy.next_successor;
  const [refused, setRefused] = useState(false);
  const covered = useConditionTold();
  const save = useMutation({
    mutationFn: settings.saveApproval,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["settings", "approval"] });
      message.success(t("ui.saved"));
    },
  });
  return (
    <Form
      layout="vertical"
      onFinish={() => {
        const lacking = policy.vip.some(isEmpty);
        setRefused(lacking);
        if (!lacking) save.mutate(policy);
      }}
    >
      {save.error && (
        <Alert type="error" showIcon title={told(save.error)} style={{ marginBottom: 16 }} />
      )}
      <p className="soft">{t("ui.approval.policy.vip.told")}</p>
      {policy.vip.map((condition, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is what the rule is known by
        <fieldset className="card" key={place} style={{ marginBottom: 12 }}>
          <div className="row" style={{ justifyContent: "space-between" }}>
            <strong>{t("ui.approval.policy.vip", { rule: number(place + 1) })}</strong>
            <Button
              size="small"
              icon={<DeleteOutlined />}
              aria-label={t("ui.approval.policy.vip.remove", { rule: number(place + 1) })}
              onClick={() => change({ vip: policy.vip.filter((_, at) => at !== place) })}
            />
          </div>
          <ConditionEditor
            kind="rule"
            regions={[]}
            value={condition}
            onChange={(changed) =>
              change({ vip: policy.vip.map((old, at) => (at === place ? changed : old)) })
            }
          />
          {isEmpty(condition) ? (
            <Alert
              type={refused ? "error" : "warning"}
              showIcon
              role={refused ? "alert" : "note"}
              title={t("ui.approval.policy.vip.empty", { rule: number(place + 1) })}
            />
          ) : (
            <p className="soft small" style={{ margin: 0 }}>
              {t("ui.approval.policy.vip.covers", { what: covered(condition) })}
            </p>
          )}
        </fieldset>
      ))}
      <Button
        icon={<PlusOutlined />}
        style={{ marginBottom: 16 }}
        onClick={() => change({ vip: [...policy.vip, {}] })}
      >
        {t("ui.approval.policy.vip.add")}
      </Button>
      <Form.Item>
        <Checkbox
          checked={policy.second_transfer}
          onChange={(event) => change({ second_transfer: event.target.checked })}
        >
          {t("ui.approval.policy.second")}
        </Checkbox>
      </Form.Item>
      <Form.Item label={t("ui.approval.policy.next")}>
        <Select<(typeof MODES)[number]>
          aria-label={t("ui.approval.policy.next")}
          value={next.mode}
          options={MODES.map((value) => ({
            value,
            label: t(`ui.approval.policy.next.${value}`),
          }))}
          onChange={(mode) =>
            change({ next_successor: mode === "list" ? { mode, userids: [] } : { mode } })
          }
        />
      </Form.Item>
      {next.mode === "list" && (
        <Form.Item label={t("ui.approval.policy.list")}>
          <MemberSelect
            label={t("ui.approval.policy.list")}
            known={names}
            onKnown={(userid, name) => setNames((old) => ({ ...old, [userid]: name }))}
            value={next.userids}
            onChange={(userids) => change({ next_successor: { mode: "list", userids } })}
          />
        </Form.Item>
      )}
      {next.mode !== "none" && (
        <Form.Item label={t("ui.approval.policy.tries")}>
          <InputNumber
            aria-label={t("ui.approval.policy.tries")}
            min={1}
            max={3}
            precision={0}
            value={policy.tries}
            onChange={(tries) => change({ tries: tries ?? 1 })}
          />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t("ui.save")}
      </Button>
    </Form>
  );
}
