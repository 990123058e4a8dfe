/** Which messages a rule of a policy is for, in words. */

import { useQuery } from "@tanstack/react-query";
import { departments } from "../api/calls";
import type { ArchiveCondition } from "../api/contract";
import { useText } from "../app/appearance";
import { useTagNames } from "../elements/TagSelect";

export function ConditionTold(props: { of: ArchiveCondition | undefined }) {
  const { t, find } = useText();
  const tagName = useTagNames();
  const tree = useQuery({ queryKey: ["departments"], queryFn: departments });
  const departmentName = (id: number) =>
    tree.data?.items.find((one) => one.id === id)?.name ?? `${id}`;
  const word = (of: string, value: string) => find(`ui.archive.${of}.${value}`) ?? value;
  const { of: when = {} } = props;
  const parts = [
    ["departments", when.departments?.map(departmentName)],
    ["levels", when.levels],
    ["customer_types", when.customer_types?.map((one) => word("customer_type", one))],
    ["channels", when.channels?.map((one) => word("channel", one))],
    ["tags", when.tags?.map(tagName)],
  ] as const;
  const shown = parts.filter(([, names]) => names && names.length > 0);
  if (shown.length === 0) return <>{t("ui.archive.when.all")}</>;
  return shown.map(([by, names]) => (
    <div key={by}>
      <span className="breaking">
        <span className="soft">{t(`ui.archive.when.${by}`)}</span> {names?.join(t("ui.comma"))}
      </span>
    </div>
  ));
}
