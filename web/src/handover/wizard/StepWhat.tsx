import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Radio } from "antd";
import { leavers } from "../../api/calls";
import { useText } from "../../app/appearance";
import { LeaverGroups } from "../leavers/LeaverGroups";
import { ConditionEditor } from "../rules/ConditionEditor";
import { trimmed } from "../rules/rules";
import type { StepProps } from "./WizardPage";

/** What is handed over. Filters narrow down; nothing set means everybody. */
export function StepWhat({ draft, change }: StepProps) {
  const { t, number } = useText();
  const leaver = useLeaver(draft.leaver);
  const regions = leaver.data?.regions.map((region) => region.name) ?? [];
  const filtered = Object.keys(trimmed(draft.filter)).length > 0;
  return (
    <>
      <div className="card">
        <div className="row spread">
          <Checkbox
            checked={draft.withCustomers}
            onChange={(event) => change({ withCustomers: event.target.checked })}
          >
            <strong>{t("ui.wizard.customers")}</strong>
            {leaver.data && <span className="soft"> {number(leaver.data.customers_waiting)}</span>}
          </Checkbox>
          {draft.withCustomers && filtered && (
            <Button type="link" size="small" onClick={() => change({ filter: {} })}>
              {t("ui.wizard.filter.clear")}
            </Button>
          )}
        </div>
        {draft.withCustomers && (
          <>
            <p className="soft small">{t("ui.wizard.filter.told")}</p>
            <ConditionEditor
              kind="filter"
              value={draft.filter}
              regions={regions}
              onChange={(filter) => change({ filter })}
            />
          </>
        )}
      </div>
      <div className="card stack tight">
        <strong id="wizard-groups">
          {t("ui.wizard.groups")}{" "}
          {leaver.data && (
            <span className="soft" style={{ fontWeight: 400 }}>
              {number(leaver.data.groups_waiting)}
            </span>
          )}
        </strong>
        <Radio.Group
          aria-labelledby="wizard-groups"
          value={draft.groups}
          onChange={(event) => change({ groups: event.target.value })}
          options={[
            { value: "all", label: t("ui.wizard.groups.all") },
            { value: "some", label: t("ui.wizard.groups.some") },
            { value: "none", label: t("ui.wizard.groups.none") },
          ]}
        />
        {draft.groups === "some" && (
          <LeaverGroups
            userid={draft.leaver}
            height={320}
            selection={{
              chosen: draft.chosenGroups,
              choose: (chosenGroups) => change({ chosenGroups }),
            }}
          />
        )}
        <p className="soft small" style={{ margin: 0 }}>
          {t("ui.wizard.groups.told")}
        </p>
      </div>
    </>
  );
}

export function useLeaver(userid: string) {
  return useQuery({
    queryKey: ["leavers", "one", userid],
    queryFn: () => leavers.get(userid),
    enabled: Boolean(userid),
    retry: false,
  });
}
