import type { HandoverRequest } from "../api/contract";
import { useText } from "../app/appearance";

/** What a handover lets successors read of what was said before, in words. */
export function useGrant(): (
  request: Pick<HandoverRequest, "record_scope" | "record_kinds">,
) => string {
  const { t } = useText();
  const withKinds = useWithKinds();
  return ({ record_scope: scope = { mode: "none" }, record_kinds: kinds = [] }) => {
    if (scope.mode === "none") return t("ui.wizard.scope.none");
    const time =
      scope.mode === "days" ? t("ui.grant.days", { count: scope.days }) : t("ui.wizard.scope.all");
    return withKinds(time, kinds);
  };
}

/** A time, and the types of messages it is limited to if there are any. */
export function useWithKinds(): (time: string, kinds: readonly string[]) => string {
  const { t, find } = useText();
  return (time, kinds) => {
    if (kinds.length === 0) return time;
    const words = kinds.map((kind) => find(`archive.kind.${kind}`) ?? kind);
    return t("ui.grant.only", { time, kinds: words.join(t("ui.comma")) });
  };
}
