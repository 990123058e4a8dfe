/** Every customer and group of the handover, filtered by the server. */

import { getRouteApi } from "@tanstack/react-router";
import { Button, Input, Select } from "antd";
import { useEffect, useMemo, useState } from "react";
import { handovers } from "../../api/calls";
import type { Handover, Row } from "../../api/contract";
import { useText } from "../../app/appearance";
import type { Text } from "../../app/text";
import { useSettled } from "../../elements/MemberSelect";
import { Moment } from "../../elements/Moment";
import { type Column, PagedTable } from "../../elements/PagedTable";
import { Nothing } from "../../elements/Problems";
import { StateMark } from "../../elements/StateMark";
import { useMay } from "../../session/session";
import { ROW_STATES } from "../counts";
import { NotesButton } from "./NoteForm";

const route = getRouteApi("/handovers/$id");

export function Rows(props: { handover: Handover }) {
  const text = useText();
  const { t } = text;
  const { id } = props.handover;
  const { state, successor, kind, q } = route.useSearch();
  const navigate = route.useNavigate();
  const mayPlan = useMay("handover.plan");
  const columns = useMemo(() => {
    const open = (row: Row) =>
      void navigate({
        replace: true,
        resetScroll: false,
        search: (old) => ({ ...old, row: row.row_no }),
      });
    return columnsOf(text, open);
  }, [text, navigate]);
  return (
    <section className="card">
      <div className="row spread">
        <h2 className="card-title">{t("ui.rows.title")}</h2>
        {mayPlan && <NotesButton handover={props.handover} />}
      </div>
      <Filters handover={props.handover} />
      <PagedTable<Row>
        label={t("ui.rows.title")}
        queryKey={["handovers", "rows", id, state ?? "", successor ?? "", kind ?? "", q ?? ""]}
        fetchPage={(cursor, signal) =>
          handovers.rows(
            id,
            { state, successor, subject_kind: kind, q, cursor, limit: 1000 },
            signal,
          )
        }
        columns={columns}
        rowKey={(row) => String(row.row_no)}
        height={520}
        empty={<Nothing told={t("ui.table.no_match")} />}
      />
    </section>
  );
}

function Filters(props: { handover: Handover }) {
  const { t, find } = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(search.q ?? "");
  const q = useSettled(typed);
  type Search = typeof search;
  const set = (part: Partial<Search>) =>
    void navigate({ replace: true, resetScroll: false, search: (old) => ({ ...old, ...part }) });
  useEffect(() => {
    if (q !== (search.q ?? "")) {
      void navigate({
        replace: true,
        resetScroll: false,
        search: (old) => ({ ...old, q: q || undefined }),
      });
    }
  }, [q, search.q, navigate]);
  const filtered = search.state || search.successor || search.kind || search.q;
  return (
    <div className="filters">
      <Select<string>
        allowClear
        style={{ width: 170 }}
        aria-label={t("ui.progress.filter_state")}
        placeholder={t("ui.progress.filter_state")}
        value={search.state as string}
        options={ROW_STATES.map((state) => ({
          value: state,
          label: find(`state.${state}`) ?? state,
        }))}
        onChange={(state) => set({ state })}
      />
      <Select<string>
        allowClear
        style={{ width: 200 }}
        showSearch={{ optionFilterProp: "label" }}
        aria-label={t("ui.handover.successor")}
        placeholder={t("ui.handover.successor")}
        value={search.successor as string}
        options={props.handover.successors.map((one) => ({
          value: one.userid,
          label: one.name || one.userid,
        }))}
        onChange={(successor) => set({ successor })}
      />
      <Select<string>
        allowClear
        style={{ width: 150 }}
        aria-label={t("ui.row.kind")}
        placeholder={t("ui.row.kind")}
        value={search.kind as string}
        options={(["customer", "group"] as const).map((kind) => ({
          value: kind,
          label: t(`ui.subject.${kind}`),
        }))}
        onChange={(kind) => set({ kind })}
      />
      <Input.Search
        allowClear
        style={{ width: 220 }}
        maxLength={100}
        value={typed}
        aria-label={t("ui.rows.search")}
        placeholder={t("ui.rows.search")}
        onChange={(event) => setTyped(event.target.value)}
      />
      {filtered && (
        <Button
          type="link"
          onClick={() => {
            setTyped("");
            set({ state: undefined, successor: undefined, kind: undefined, q: undefined });
          }}
        >
          {t("ui.wizard.filter.clear")}
        </Button>
      )}
    </div>
  );
}

function columnsOf(text: Text, open: (row: Row) => void): Column<Row>[] {
  const { t, find } = text;
  return [
    {
      key: "name",
      title: t("ui.row.subject"),
      width: 160,
      render: (row) => (
        <button type="button" className="as-link ellipsis" onClick={() => open(row)}>
          {row.name || row.subject_id}
        </button>
      ),
    },
    {
      key: "kind",
      title: t("ui.row.kind"),
      width: 90,
      render: (row) => t(`ui.subject.${row.subject_kind}`),
    },
    {
      key: "successor",
      title: t("ui.handover.successor"),
      width: 100,
      render: (row) => row.successor_name || row.successor || "–",
    },
    {
      key: "state",
      title: t("ui.handover.state"),
      width: 130,
      render: (row) => <StateMark state={row.state} />,
    },
    {
      key: "why",
      title: t("ui.row.why"),
      width: 240,
      render: (row) => <Why row={row} />,
    },
    {
      key: "carry",
      title: t("ui.row.carry"),
      width: 115,
      render: (row) =>
        row.carry === "none" ? (
          <span className="soft">–</span>
        ) : (
          (find(`carry.${row.carry}`) ?? row.carry)
        ),
    },
    {
      key: "updated",
      title: t("ui.row.updated"),
      width: 125,
      render: (row) => <Moment at={row.updated_at} />,
    },
  ];
}

/** Why a row stands where it stands: until when, since when not, or which refusal. */
export function Why(props: { row: Row }) {
  const { t, find, short, day } = useText();
  const { row } = props;
  if (row.state === "waiting" && row.waiting_until) {
    return t("ui.row.until", { at: short(row.waiting_until) });
  }
  if (row.errcode)
    return find(`errcode.${row.errcode}`) ?? `${row.errcode} ${row.error_text ?? ""}`;
  if (row.not_before && ["planned", "postponed"].includes(row.state)) {
    return t("ui.row.not_before", { day: day(row.not_before) });
  }
  if (["blocked", "unassigned", "planned"].includes(row.state) && row.prediction !== "fine") {
    return find(`prediction.${row.prediction}`) ?? row.prediction;
  }
  return row.error_text || <span className="soft">–</span>;
}
