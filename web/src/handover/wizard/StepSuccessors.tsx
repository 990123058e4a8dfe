import { useQuery } from "@tanstack/react-query";
import { Alert, Form, InputNumber, Radio, Select } from "antd";
import { useText } from "../../app/appearance";
import { LinkButton } from "../../elements/LinkButton";
import { MemberSelect } from "../../elements/MemberSelect";
import { Loaded, Nothing } from "../../elements/Problems";
import { RuleList } from "../rules/RuleList";
import { ruleSetsQuery } from "../rules/RuleSetsPage";
import { RulesTold } from "../rules/RulesTold";
import { useLeaver } from "./StepWhat";
import type { StepProps } from "./WizardPage";

const MODES = ["one", "evenly", "best", "rules", "rule_set"] as const;

/** Who takes over: one, several evenly, or by rules in their order. */
export function StepSuccessors({ draft, change }: StepProps) {
  const { t } = useText();
  const select = {
    leaver: draft.leaver,
    known: draft.names,
    onKnown: (userid: string, name: string) =>
      change({ names: { ...draft.names, [userid]: name } }),
  };
  return (
    <>
      {draft.withCustomers && (
        <div className="card stack">
          <Radio.Group
            aria-label={t("ui.wizard.step.successors.title")}
            optionType="button"
            value={draft.mode}
            onChange={(event) => change({ mode: event.target.value })}
            options={MODES.map((mode) => ({
              value: mode,
              label: t(`ui.assignment.${mode}`),
            }))}
          />
          <p className="soft small" style={{ margin: 0 }}>
            {t(`ui.assignment.${draft.mode}.told`)}
          </p>
          {draft.mode === "one" && (
            <MemberSelect
              {...select}
              single
              label={t("ui.handover.successor")}
              value={draft.one ? [draft.one] : []}
              onChange={([one]) => change({ one: one ?? "" })}
            />
          )}
          {(draft.mode === "evenly" || draft.mode === "best") && (
            <MemberSelect
              {...select}
              label={t("ui.handover.successors")}
              value={draft.evenly}
              onChange={(evenly) => change({ evenly })}
            />
          )}
          {draft.mode === "rules" && <Rules draft={draft} change={change} />}
          {draft.mode === "rule_set" && <SavedRules draft={draft} change={change} />}
          {draft.mode !== "one" && (
            <Form layout="vertical" component="div">
              <Form.Item
                style={{ margin: 0 }}
                label={t("ui.wizard.cap")}
                extra={t("ui.wizard.cap.told")}
              >
                <InputNumber
                  min={1}
                  max={20000}
                  precision={0}
                  aria-label={t("ui.wizard.cap")}
                  value={draft.cap}
                  onChange={(cap) => change({ cap })}
                />
              </Form.Item>
            </Form>
          )}
        </div>
      )}
      {draft.groups !== "none" && (
        <div className="card">
          <Form layout="vertical" component="div">
            <Form.Item
              style={{ margin: 0 }}
              label={t("ui.wizard.groups_to")}
              extra={t(
                draft.withCustomers ? "ui.wizard.groups_to.told" : "ui.wizard.groups_to.only",
              )}
            >
              <MemberSelect
                {...select}
                label={t("ui.wizard.groups_to")}
                value={draft.groupsTo}
                onChange={(groupsTo) => change({ groupsTo })}
              />
            </Form.Item>
          </Form>
        </div>
      )}
      <Alert type="info" showIcon title={t("ui.wizard.successors.needs")} />
    </>
  );
}

function Rules({ draft, change }: StepProps) {
  const leaver = useLeaver(draft.leaver);
  return (
    <RuleList
      rules={draft.rules}
      otherwise={draft.otherwise}
      leaver={draft.leaver}
      regions={leaver.data?.regions.map((region) => region.name) ?? []}
      known={draft.names}
      onKnown={(userid, name) => change({ names: { ...draft.names, [userid]: name } })}
      change={change}
    />
  );
}

function SavedRules({ draft, change }: StepProps) {
  const { t } = useText();
  const asked = useQuery(ruleSetsQuery);
  const chosen = asked.data?.items.find((one) => one.id === draft.ruleSet);
  return (
    <Loaded of={asked} lines={2}>
      {(sets) =>
        sets.items.length === 0 ? (
          <Nothing
            told={t("ui.rule_sets.empty")}
            next={<LinkButton to="/rules/new">{t("ui.rule_sets.new")}</LinkButton>}
          />
        ) : (
          <>
            <Select
              aria-label={t("ui.assignment.rule_set")}
              placeholder={t("ui.rule_sets.choose")}
              value={chosen ? draft.ruleSet : null}
              options={sets.items.map((one) => ({ value: one.id, label: one.name }))}
              onChange={(ruleSet) => change({ ruleSet: ruleSet ?? "" })}
            />
            {chosen && <RulesTold rules={chosen.rules} otherwise={chosen.otherwise ?? []} />}
          </>
        )
      }
    </Loaded>
  );
}
