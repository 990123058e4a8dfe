import { Tooltip } from "antd";
import type { Row } from "../api/contract";
import { useText } from "../app/appearance";
import type { Text } from "../app/text";
import { useMemberNames } from "./rules/RulesTold";
import { BEST } from "./wizard/draft";

/** What a rule is called: the one that the wizard makes for the best fit has no name of its own. */
export function ruleName(find: Text["find"], rule: string | null): string {
  return rule === BEST ? (find("ui.rule.share.affinity") ?? rule) : (rule ?? "");
}

/** Why a row goes where it goes, in a word; the factors on hover. */
export function ReasonWord(props: { row: Row }) {
  const { find } = useText();
  const { reason } = props.row;
  const word = ruleName(find, reason.rule) || (find(`ui.reason.${reason.mode}`) ?? reason.mode);
  if (reason.factors.length === 0) return word;
  return (
    <Tooltip title={<Factors factors={reason.factors} />}>
      <span>
        {word} · {reason.points}
      </span>
    </Tooltip>
  );
}

/** The same with every factor, and who would be next. */
export function ReasonTold(props: { row: Row }) {
  const { t, find } = useText();
  const nameOf = useMemberNames();
  const { reason } = props.row;
  const mode = find(`ui.reason.${reason.mode}`) ?? reason.mode;
  return (
    <>
      {reason.rule ? `${mode}: ${ruleName(find, reason.rule)}` : mode}
      {reason.share && reason.share !== "balanced" && (
        <span className="soft"> · {t(`ui.rule.share.${reason.share}`)}</span>
      )}
      {reason.share === "affinity" && (
        <div className="small">
          <Factors factors={reason.factors} />
        </div>
      )}
      {reason.runner_up && (
        <div className="small soft">
          {t("ui.reason.runner_up", { name: nameOf(reason.runner_up) })}{" "}
          {reason.share === "affinity" && <Factors factors={reason.runner_up_factors} />}
        </div>
      )}
    </>
  );
}

function Factors(props: { factors: Row["reason"]["factors"] }) {
  const { t, find } = useText();
  const { factors } = props;
  if (factors.length === 0) return <>{t("ui.factor.none")}</>;
  const sum = factors.reduce((total, one) => total + one.points, 0);
  const told = factors.map(
    (one) => `${find(`ui.factor.${one.factor}`) ?? one.factor} ${one.points}`,
  );
  return (
    <>
      {told.join(" + ")} = {sum}
    </>
  );
}
