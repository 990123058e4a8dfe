import { PlusOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Radio } from "antd";
import { useText } from "../../app/appearance";
import { MemberSelect } from "../../elements/MemberSelect";
import type { DraftRule } from "./draft";
import { RuleCard } from "./RuleCard";
import { useLeaver } from "./StepWhat";
import type { StepProps } from "./WizardPage";

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
            options={(["one", "evenly", "rules"] as const).map((mode) => ({
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
          {draft.mode === "evenly" && (
            <MemberSelect
              {...select}
              label={t("ui.handover.successors")}
              value={draft.evenly}
              onChange={(evenly) => change({ evenly })}
            />
          )}
          {draft.mode === "rules" && <Rules draft={draft} change={change} />}
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
  const { t } = useText();
  const leaver = useLeaver(draft.leaver);
  const regions = leaver.data?.regions.map((region) => region.name) ?? [];
  const set = (rules: DraftRule[]) => change({ rules });
  const replace = (index: number, part: Partial<DraftRule>) =>
    set(draft.rules.map((rule, at) => (at === index ? { ...rule, ...part } : rule)));
  const move = (index: number, by: number) => {
    const rules = draft.rules.slice();
    const [rule] = rules.splice(index, 1);
    if (rule) rules.splice(index + by, 0, rule);
    set(rules);
  };
  const add = () =>
    set([
      ...draft.rules,
      {
        key: `rule-${Date.now()}`,
        name: t("ui.rule.name.new", { number: draft.rules.length + 1 }),
        when: {},
        to: [],
      },
    ]);
  const onKnown = (userid: string, name: string) =>
    change({ names: { ...draft.names, [userid]: name } });
  return (
    <div className="stack">
      <ol className="stack" style={{ listStyle: "none", margin: 0, padding: 0 }}>
        {draft.rules.map((rule, index) => (
          <RuleCard
            key={rule.key}
            rule={rule}
            place={index}
            last={index === draft.rules.length - 1}
            leaver={draft.leaver}
            known={draft.names}
            regions={regions}
            onKnown={onKnown}
            change={(part) => replace(index, part)}
            move={(by) => move(index, by)}
            remove={() => set(draft.rules.filter((_, at) => at !== index))}
          />
        ))}
      </ol>
      <Button icon={<PlusOutlined />} onClick={add} disabled={draft.rules.length >= 200}>
        {t("ui.rule.add")}
      </Button>
      <Form layout="vertical" component="div">
        <Form.Item
          style={{ margin: 0 }}
          label={t("ui.rule.otherwise")}
          extra={t("ui.rule.otherwise.told")}
        >
          <MemberSelect
            leaver={draft.leaver}
            known={draft.names}
            onKnown={onKnown}
            label={t("ui.rule.otherwise")}
            value={draft.otherwise}
            onChange={(otherwise) => change({ otherwise })}
          />
        </Form.Item>
      </Form>
    </div>
  );
}
