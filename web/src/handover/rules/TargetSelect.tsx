import { useQuery } from "@tanstack/react-query";
import { InputNumber, Segmented, Select, TreeSelect } from "antd";
import { departments } from "../../api/calls";
import type { Target } from "../../api/contract";
import { useText } from "../../app/appearance";
import { nested } from "../../elements/departments";
import { MemberSelect } from "../../elements/MemberSelect";
import type { DraftRule } from "./rules";

const KINDS = ["members", "department", "skill", "leader"] as const;
const SHARES = ["balanced", "weighted", "affinity"] as const;

function emptyTarget(kind: Target["kind"]): Target {
  if (kind === "department") return { kind, department: 1 };
  if (kind === "skill") return { kind, at_least: 3, department: null };
  if (kind === "leader") return { kind };
  return { kind: "members", userids: [] };
}

/** Who takes the customers of a rule, and how they share them. */
export function TargetSelect(props: {
  rule: DraftRule;
  nth: number;
  leaver: string;
  known: Record<string, string>;
  onKnown: (userid: string, name: string) => void;
  change: (part: Partial<DraftRule>) => void;
}) {
  const { t } = useText();
  const { rule, change } = props;
  const nth = { number: props.nth };
  const several = rule.to.kind !== "members" || rule.to.userids.length > 1;
  return (
    <div className="stack tight">
      <Segmented<Target["kind"]>
        aria-label={t("ui.rule.to.kind", nth)}
        value={rule.to.kind}
        options={KINDS.map((kind) => ({ value: kind, label: t(`ui.rule.to.${kind}`) }))}
        onChange={(kind) => change({ to: emptyTarget(kind) })}
      />
      <Whom {...props} />
      {several && (
        <Select
          aria-label={t("ui.rule.share", nth)}
          value={rule.share}
          options={SHARES.map((share) => ({
            value: share,
            label: t(`ui.rule.share.${share}`),
            told: t(`ui.rule.share.${share}.told`),
          }))}
          optionRender={(option) => (
            <span>
              {option.data.label}
              <span className="soft small ellipsis">{option.data.told}</span>
            </span>
          )}
          onChange={(share) => change({ share })}
        />
      )}
    </div>
  );
}

function Whom(props: Parameters<typeof TargetSelect>[0]) {
  const { t } = useText();
  const { rule, change } = props;
  const { to } = rule;
  const nth = { number: props.nth };
  if (to.kind === "members") {
    return (
      <MemberSelect
        leaver={props.leaver}
        known={props.known}
        onKnown={props.onKnown}
        label={t("ui.rule.to.of", nth)}
        value={to.userids}
        onChange={(userids) => change({ to: { kind: "members", userids } })}
      />
    );
  }
  if (to.kind === "department") {
    return (
      <DepartmentSelect
        label={t("ui.rule.to.department")}
        value={to.department}
        onChange={(department) =>
          change({ to: { kind: "department", department: department ?? 1 } })
        }
      />
    );
  }
  if (to.kind === "skill") {
    return (
      <div className="row">
        <InputNumber
          min={1}
          max={5}
          value={to.at_least}
          prefix={t("ui.rule.to.skill.least")}
          aria-label={t("ui.rule.to.skill.least")}
          onChange={(least) => change({ to: { ...to, at_least: least ?? 1 } })}
        />
        <div style={{ flex: 1, minWidth: 180 }}>
          <DepartmentSelect
            optional
            label={t("ui.rule.to.skill.department")}
            value={to.department ?? undefined}
            onChange={(department) => change({ to: { ...to, department: department ?? null } })}
          />
        </div>
      </div>
    );
  }
  return (
    <p className="soft small" style={{ margin: 0 }}>
      {t("ui.rule.to.leader.told")}
    </p>
  );
}

function DepartmentSelect(props: {
  label: string;
  value: number | undefined;
  onChange: (department: number | undefined) => void;
  optional?: boolean;
}) {
  const tree = useQuery({ queryKey: ["departments"], queryFn: departments });
  return (
    <TreeSelect<number>
      style={{ width: "100%" }}
      aria-label={props.label}
      placeholder={props.label}
      allowClear={props.optional ?? false}
      treeDefaultExpandAll
      value={tree.data ? (props.value as number) : (undefined as unknown as number)}
      treeData={nested(tree.data?.items ?? [])}
      showSearch={{ treeNodeFilterProp: "title" }}
      onChange={(department) => props.onChange(department)}
    />
  );
}
