/** For the people who took over: whom to contact first, from whom, and what they should know. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Segmented, Tag } from "antd";
import { useMemo, useState } from "react";
import { contact, mine } from "../api/calls";
import type { MyCustomer } from "../api/contract";
import { useText } from "../app/appearance";
import type { Text } from "../app/text";
import { ContactMark } from "../elements/ContactMark";
import { Moment } from "../elements/Moment";
import { type Column, PagedTable } from "../elements/PagedTable";
import { PageFrame } from "../elements/PageFrame";
import { Needs, Nothing, useTold } from "../elements/Problems";
import { useWithKinds } from "../handover/grant";
import { useMay } from "../session/session";

const STATES = ["open", "contacted", "all"] as const;
type Shown = (typeof STATES)[number];

export function MyPage() {
  return (
    <Needs act="my.view">
      <Mine />
    </Needs>
  );
}

function Mine() {
  const text = useText();
  const { t } = text;
  const [shown, setShown] = useState<Shown>("open");
  const columns = useMemo(() => columnsOf(text), [text]);
  return (
    <PageFrame title={t("ui.menu.my")} told={t("ui.my.told")}>
      <div className="filters">
        <Segmented<Shown>
          aria-label={t("ui.contacts.filter")}
          value={shown}
          options={STATES.map((value) => ({ value, label: t(`ui.my.show.${value}`) }))}
          onChange={setShown}
        />
      </div>
      <PagedTable<MyCustomer>
        label={t("ui.menu.my")}
        queryKey={["my", shown]}
        fetchPage={(cursor, signal) => {
          const state = shown === "all" ? undefined : shown;
          return mine({ state, cursor, limit: 200 }, signal);
        }}
        columns={columns}
        rowKey={(row) => `${row.handover} ${row.row_no}`}
        empty={<Nothing told={t(shown === "all" ? "ui.my.empty" : `ui.my.empty.${shown}`)} />}
      />
    </PageFrame>
  );
}

function columnsOf(text: Text): Column<MyCustomer>[] {
  const { t } = text;
  return [
    {
      key: "name",
      title: t("ui.customer.name"),
      width: 170,
      render: (row) =>
        row.subject_kind === "group" ? (
          <>
            {row.name || "–"} <Tag>{t("ui.subject.group")}</Tag>
          </>
        ) : (
          row.name || "–"
        ),
    },
    {
      key: "contact",
      title: t("ui.contacts.due"),
      width: 210,
      render: (row) => (row.contact ? <ContactMark contact={row.contact} /> : "–"),
    },
    {
      key: "act",
      title: t("ui.act"),
      width: 110,
      render: (row) => row.contact && <ContactButton row={row} />,
    },
    {
      key: "note",
      title: t("ui.my.note"),
      width: 260,
      render: (row) => [row.row_note, row.note].filter(Boolean).join(" · ") || "–",
    },
    {
      key: "remark",
      title: t("ui.customer.remark"),
      width: 180,
      render: (row) => [row.remark, row.description].filter(Boolean).join(" · ") || "–",
    },
    {
      key: "tags",
      title: t("ui.my.all_tags"),
      width: 220,
      render: (row) => [...row.tags, ...row.personal_tags].join(t("ui.comma")) || "–",
    },
    { key: "from", title: t("ui.my.from"), width: 120, render: (row) => row.leaver_name || "–" },
    {
      key: "at",
      title: t("state.taken_over"),
      width: 120,
      render: (row) => <Moment at={row.taken_over_at} />,
    },
    {
      key: "scope",
      title: t("ui.my.history"),
      width: 150,
      render: (row) => <History row={row} />,
    },
  ];
}

/** How much of the record may be read, leading to it. */
function History(props: { row: MyCustomer }) {
  const { t } = useText();
  const withKinds = useWithKinds();
  const mayRead = useMay("archive.read");
  const { row } = props;
  const { record_scope: scope } = row;
  const time =
    scope.mode === "days"
      ? t("ui.my.history.days", { count: scope.days })
      : t(`ui.my.history.${scope.mode}`);
  if (scope.mode === "none") return time;
  const word = withKinds(time, row.record_kinds);
  if (!mayRead) return word;
  return (
    <Link
      to="/archive/conversations"
      search={
        row.subject_kind === "group"
          ? { room: row.external_userid }
          : { person: row.external_userid, side: "customer" }
      }
      aria-label={`${word}: ${row.name}`}
    >
      {word}
    </Link>
  );
}

/** Says that a customer was contacted, or takes it back. */
function ContactButton(props: { row: MyCustomer }) {
  const { t } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { handover, row_no, name } = props.row;
  const made = props.row.contact?.state === "contacted";
  const say = useMutation({
    mutationFn: () => (made ? contact.takeBack(handover, row_no) : contact.mark(handover, row_no)),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["my"] }),
    onError: (error) => void message.error(told(error)),
  });
  const word = t(made ? "ui.my.take_back" : "ui.my.contacted");
  return (
    <Button
      size="small"
      loading={say.isPending}
      aria-label={`${word}: ${name}`}
      onClick={() => say.mutate()}
    >
      {word}
    </Button>
  );
}
