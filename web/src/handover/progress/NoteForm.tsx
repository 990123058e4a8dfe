/** A remark for the successor: of one row, or of every row that is shown. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Alert, App, Button, Input, Modal } from "antd";
import { useState } from "react";
import { handovers } from "../../api/calls";
import type { Handover, RowDetail } from "../../api/contract";
import { useText } from "../../app/appearance";
import { useTold } from "../../elements/Problems";

const route = getRouteApi("/handovers/$id");
const LONGEST = 500;

/** Of one row. */
export function RowNote(props: { handover: Handover; row: RowDetail }) {
  const { t } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { handover, row } = props;
  const [note, setNote] = useState(row.note ?? "");
  const save = useMutation({
    mutationFn: () => handovers.writeNote(handover.id, row.row_no, note),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["handovers"] });
      message.success(t("ui.saved"));
    },
  });
  return (
    <section>
      <h3 style={{ fontSize: 15, margin: "0 0 8px" }}>{t("ui.note.title")}</h3>
      <p className="soft small" style={{ marginTop: 0 }}>
        {t("ui.note.told")}
      </p>
      {save.error && <Alert type="error" showIcon title={told(save.error)} />}
      <Input.TextArea
        aria-label={t("ui.note.title")}
        maxLength={LONGEST}
        showCount
        autoSize={{ minRows: 2, maxRows: 6 }}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <Button
        style={{ marginTop: 20 }}
        disabled={note.trim() === (row.note ?? "")}
        loading={save.isPending}
        onClick={() => save.mutate()}
      >
        {t("ui.note.save")}
      </Button>
    </section>
  );
}

/** Of every row the filter above the list lets through. */
export function NotesButton(props: { handover: Handover }) {
  const { t } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { state, successor, kind, q } = route.useSearch();
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const filter = {
    state: state ?? null,
    successor: successor ?? null,
    subject_kind: kind ?? null,
    q: q ?? null,
  };
  const save = useMutation({
    mutationFn: () => handovers.writeNotes(props.handover.id, { filter, note }),
    onSuccess: async ({ rows }) => {
      setOpen(false);
      setNote("");
      await queries.invalidateQueries({ queryKey: ["handovers"] });
      message.success(t("ui.notes.written", { count: rows }));
    },
  });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("ui.notes.open")}</Button>
      <Modal
        open={open}
        title={t("ui.notes.title")}
        okText={t("ui.note.save")}
        confirmLoading={save.isPending}
        onOk={() => save.mutate()}
        onCancel={() => setOpen(false)}
      >
        <p className="soft small">{t("ui.notes.told")}</p>
        {save.error && (
          <Alert type="error" showIcon title={told(save.error)} style={{ marginBottom: 12 }} />
        )}
        <Input.TextArea
          aria-label={t("ui.note.title")}
          maxLength={LONGEST}
          showCount
          autoSize={{ minRows: 3, maxRows: 8 }}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          style={{ marginBottom: 16 }}
        />
      </Modal>
    </>
  );
}
