import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Input, Segmented } from "antd";
import { useState } from "react";
import { leavers, members } from "../../api/calls";
import type { Kind } from "../../api/contract";
import { useText } from "../../app/appearance";
import { useSettled } from "../../elements/MemberSelect";
import { Loaded, Nothing } from "../../elements/Problems";
import type { StepProps } from "./WizardPage";

interface Person {
  userid: string;
  name: string;
  where: string;
  customers: number;
  groups: number;
}

/** Who hands over: someone who left, or someone who stays but gives customers away. */
export function StepLeaver({ draft, change }: StepProps) {
  const { t } = useText();
  const [typed, setTyped] = useState("");
  const q = useSettled(typed);
  const people = useQuery({
    queryKey: ["wizard", "people", draft.kind, q],
    queryFn: ({ signal }) => peopleOf(draft.kind, q, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <div className="card stack">
      <div className="filters" style={{ margin: 0 }}>
        <Segmented<Kind>
          aria-label={t("ui.handover.kind")}
          value={draft.kind}
          options={[
            { value: "resigned", label: t("ui.kind.resigned") },
            { value: "in_service", label: t("ui.kind.in_service") },
          ]}
          onChange={(kind) => change({ kind, leaver: "", leaverName: "" })}
        />
        <Input.Search
          allowClear
          style={{ width: 280 }}
          maxLength={100}
          value={typed}
          aria-label={t("ui.leavers.search")}
          placeholder={t("ui.leavers.search")}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <p className="soft small" style={{ margin: 0 }}>
        {t(`ui.kind.${draft.kind}.told`)}
      </p>
      <Loaded of={people}>
        {(list) =>
          list.length === 0 ? (
            <Nothing told={t(q ? "ui.table.no_match" : "ui.leavers.empty")} />
          ) : (
            <div
              role="radiogroup"
              aria-label={t("ui.wizard.step.leaver.title")}
              className="stack tight"
            >
              {list.map((person) => (
                <PersonChoice
                  key={person.userid}
                  person={person}
                  chosen={person.userid === draft.leaver}
                  choose={() =>
                    change({
                      leaver: person.userid,
                      leaverName: person.name,
                      chosenGroups: [],
                      withCustomers: person.customers > 0 || person.groups === 0,
                      groups: person.groups > 0 ? "all" : "none",
                      names: { ...draft.names, [person.userid]: person.name },
                    })
                  }
                />
              ))}
            </div>
          )
        }
      </Loaded>
    </div>
  );
}

function PersonChoice(props: { person: Person; chosen: boolean; choose: () => void }) {
  const { t } = useText();
  const { person, chosen } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a whole card is the choice
    <button
      type="button"
      role="radio"
      aria-checked={chosen}
      className="choice"
      onClick={props.choose}
    >
      <span className="row spread">
        <span style={{ minWidth: 0 }}>
          <strong>{person.name || person.userid}</strong>
          <span className="soft small ellipsis">{person.where || person.userid}</span>
        </span>
        <span className="small">
          {t("ui.wizard.holds", { customers: person.customers, groups: person.groups })}
        </span>
      </span>
    </button>
  );
}

async function peopleOf(kind: Kind, q: string, signal: AbortSignal): Promise<Person[]> {
  if (kind === "resigned") {
    const page = await leavers.list({ q, state: "waiting", limit: 50 }, signal);
    return page.items
      .filter((one) => one.reason !== "employed")
      .map((one) => ({
        userid: one.userid,
        name: one.name || one.userid,
        where: [one.department_names.join(" / "), one.position].filter(Boolean).join(" · "),
        customers: one.customers_waiting,
        groups: one.groups_waiting,
      }));
  }
  const page = await members({ q, status: "active", limit: 50 }, signal);
  return page.items.map((one) => ({
    userid: one.userid,
    name: one.name || one.userid,
    where: [one.department_names.join(" / "), one.position].filter(Boolean).join(" · "),
    customers: one.customers,
    groups: one.groups,
  }));
}
