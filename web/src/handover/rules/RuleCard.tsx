import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from "@ant-design/icons";
import { Button, Form, Input } from "antd";
import { useText } from "../../app/appearance";
import { ConditionEditor } from "./ConditionEditor";
import type { DraftRule } from "./rules";
import { TargetSelect } from "./TargetSelect";

/** One rule. Rules are asked in order; the first that fits decides. */
export function RuleCard(props: {
  rule: DraftRule;
  place: number;
  last: boolean;
  leaver: string;
  known: Record<string, string>;
  regions: string[];
  onKnown: (userid: string, name: string) => void;
  change: (part: Partial<DraftRule>) => void;
  move: (by: number) => void;
  remove: () => void;
}) {
  const { t } = useText();
  const { rule, place, change } = props;
  const nth = { number: place + 1 };
  return (
    <li className="card" style={{ background: "transparent" }}>
      <div className="row" style={{ marginBottom: 12, flexWrap: "nowrap" }}>
        <strong>{place + 1}.</strong>
        <Input
          value={rule.name}
          maxLength={60}
          aria-label={t("ui.rule.name", nth)}
          status={rule.name.trim() ? "" : "error"}
          onChange={(event) => change({ name: event.target.value })}
        />
        <Button
          icon={<ArrowUpOutlined />}
          aria-label={t("ui.rule.up", nth)}
          disabled={place === 0}
          onClick={() => props.move(-1)}
        />
        <Button
          icon={<ArrowDownOutlined />}
          aria-label={t("ui.rule.down", nth)}
          disabled={props.last}
          onClick={() => props.move(1)}
        />
        <Button
          danger
          icon={<DeleteOutlined />}
          aria-label={t("ui.rule.remove", nth)}
          onClick={props.remove}
        />
      </div>
      <ConditionEditor
        kind="rule"
        value={rule.when}
        regions={props.regions}
        onChange={(when) => change({ when })}
      />
      <Form layout="vertical" component="div">
        <Form.Item label={t("ui.rule.to")} required style={{ margin: 0 }}>
          <TargetSelect
            rule={rule}
            nth={place + 1}
            leaver={props.leaver}
            known={props.known}
            onKnown={props.onKnown}
            change={change}
          />
        </Form.Item>
      </Form>
    </li>
  );
}
