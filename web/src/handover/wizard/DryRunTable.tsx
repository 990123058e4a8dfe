/** What would happen, grouped by outcome; a group opens into its rows. */

import { useMemo, useState } from "react";
import { handovers } from "../../api/calls";
import type { Handover, Row } from "../../api/contract";
import { useText } from "../../app/appearance";
import type { Text } from "../../app/text";
import { type Column, PagedTable } from "../../elements/PagedTable";
import { Nothing } from "../../elements/Problems";
import { Mark } from "../../elements/StateMark";
import { ReasonWord } from "../Reason";
import { toneOf } from "./predictions";

export function DryRunTable(props: { handover: Handover }) {
  const text = useText();
  const { t, find, number } = text;
  const { handover } = props;
  const [picked, setPicked] = useState("");
  const groups = useMemo(() => {
    const sums = new Map<string, number>();
    for (const part of handover.dry_run?.by_prediction ?? []) {
      sums.set(part.prediction, (sums.get(part.prediction) ?? 0) + part.count);
    }
    return [...sums].sort((one, other) => other[1] - one[1]);
  }, [handover.dry_run]);
  const prediction = groups.some(([name]) => name === picked) ? picked : "";
  const columns = useMemo(() => columnsOf(text), [text]);
  const label = (name: string, count: number) => (
    <span>
      {name ? (
        <Mark colour={toneOf(name)} word={find(`prediction.${name}`) ?? name} />
      ) : (
        t("ui.all")
      )}{" "}
      <span className="soft">{number(count)}</span>
    </span>
  );
  return (
    <>
      <fieldset className="legend" aria-label={t("ui.dry_run.groups")}>
        {[["", handover.counts.total] as const, ...groups].map(([name, count]) => (
          <button
            key={name}
            type="button"
            className="choice chip"
            aria-pressed={prediction === name}
            onClick={() => setPicked(name)}
          >
            {label(name, count)}
          </button>
        ))}
      </fieldset>
      {prediction && (
        <p className="soft small" style={{ margin: "0 0 12px" }}>
          {find(`prediction.${prediction}.why`)} {find(`prediction.${prediction}.fix`)}
        </p>
      )}
      <PagedTable<Row>
        label={t("ui.dry_run.title")}
        queryKey={["handovers", "rows", handover.id, "dry", handover.version, prediction]}
        fetchPage={(cursor, signal) =>
          handovers.rows(
            handover.id,
            { prediction: prediction || undefined, cursor, limit: 500 },
            signal,
          )
        }
        columns={columns}
        rowKey={(row) => String(row.row_no)}
        height={360}
        empty={<Nothing told={t("ui.dry_run.empty")} />}
      />
    </>
  );
}

function columnsOf(text: Text): Column<Row>[] {
  const { t, find } = text;
  return [
    {
      key: "name",
      title: t("ui.row.subject"),
      width: 140,
      render: (row) => row.name || row.subject_id,
    },
    {
      key: "kind",
      title: t("ui.row.kind"),
      width: 70,
      render: (row) => t(`ui.subject.${row.subject_kind}`),
    },
    {
      key: "successor",
      title: t("ui.handover.successor"),
      width: 100,
      render: (row) => row.successor_name || row.successor || "–",
    },
    {
      key: "reason",
      title: t("ui.row.reason"),
      width: 110,
      render: (row) => <ReasonWord row={row} />,
    },
    {
      key: "prediction",
      title: t("ui.row.prediction"),
      width: 230,
      render: (row) => (
        <>
          <Mark
            colour={toneOf(row.prediction)}
            word={find(`prediction.${row.prediction}`) ?? row.prediction}
          />
          {row.not_before ? ` · ${text.day(row.not_before)}` : ""}
        </>
      ),
    },
  ];
}
