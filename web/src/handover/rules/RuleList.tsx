import { PlusOutlined } from "@ant-design/icons";
import { Button, Form } from "antd";
import { useText } from "../../app/appearance";
import { MemberSelect } from "../../elements/MemberSelect";
import { RuleCard } from "./RuleCard";
import { type DraftRule, newRule } from "./rules";

/** Most rules there may be. */
const MOST = 200;

/** Rules in their order, and who takes what none of them takes. */
export function RuleList(props: {
  rules: DraftRule[];
  otherwise: string[];
  leaver: string;
  regions: string[];
  known: Record<string, string>;
  onKnown: (userid: string, name: string) => void;
  change: (part: { rules?: DraftRule[]; otherwise?: string[] }) => void;
}) {
  const { t } = useText();
  const { rules, change, leaver, known, onKnown } = props;
  const set = (next: DraftRule[]) => change({ rules: next });
  const replace = (index: number, part: Partial<DraftRule>) =>
    set(rules.map((rule, at) => (at === index ? { ...rule, ...part } : rule)));
  const move = (index: number, by: number) => {
    const next = rules.slice();
    const [rule] = next.splice(index, 1);
    if (rule) next.splice(index + by, 0, rule);
    set(next);
  };
  const add = () => set([...rules, newRule(t("ui.rule.name.new", { number: rules.length + 1 }))]);
  return (
    <div className="stack">
      <ol className="stack" style={{ listStyle: "none", margin: 0, padding: 0 }}>
        {rules.map((rule, index) => (
          <RuleCard
            key={rule.key}
            rule={rule}
            place={index}
            last={index === rules.length - 1}
            leaver={leaver}
            known={known}
            regions={props.regions}
            onKnown={onKnown}
            change={(part) => replace(index, part)}
            move={(by) => move(index, by)}
            remove={() => set(rules.filter((_, at) => at !== index))}
          />
        ))}
      </ol>
      <Button icon={<PlusOutlined />} onClick={add} disabled={rules.length >= MOST}>
        {t("ui.rule.add")}
      </Button>
      <Form layout="vertical" component="div">
        <Form.Item
          style={{ margin: 0 }}
          label={t("ui.rule.otherwise")}
          extra={t("ui.rule.otherwise.told")}
        >
          <MemberSelect
            leaver={leaver}
            known={known}
            onKnown={onKnown}
            label={t("ui.rule.otherwise")}
            value={props.otherwise}
            onChange={(otherwise) => change({ otherwise })}
          />
        </Form.Item>
      </Form>
    </div>
  );
}
