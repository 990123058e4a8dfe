/** For the people who took over: whom, from whom, and what they should know. */

import { useMemo } from "react";
import { mine } from "../api/calls";
import type { MyCustomer } from "../api/contract";
import { useText } from "../app/appearance";
import type { Text } from "../app/text";
import { Moment } from "../elements/Moment";
import { type Column, PagedTable } from "../elements/PagedTable";
import { PageFrame } from "../elements/PageFrame";
import { Needs, Nothing } from "../elements/Problems";

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
  const columns = useMemo(() => columnsOf(text), [text]);
  return (
    <PageFrame title={t("ui.menu.my")} told={t("ui.my.told")}>
      <PagedTable<MyCustomer>
        label={t("ui.menu.my")}
        queryKey={["my"]}
        fetchPage={(cursor, signal) => mine({ cursor, limit: 200 }, signal)}
        columns={columns}
        rowKey={(row) => row.external_userid}
        empty={<Nothing told={t("ui.my.empty")} />}
      />
    </PageFrame>
  );
}

function columnsOf(text: Text): Column<MyCustomer>[] {
  const { t } = text;
  return [
    { key: "name", title: t("ui.customer.name"), width: 160, render: (row) => row.name || "–" },
    {
      key: "remark",
      title: t("ui.customer.remark"),
      width: 200,
      render: (row) => row.remark || "–",
    },
    { key: "from", title: t("ui.my.from"), width: 140, render: (row) => row.leaver_name || "–" },
    {
      key: "at",
      title: t("state.taken_over"),
      width: 130,
      render: (row) => <Moment at={row.taken_over_at} />,
    },
    { key: "note", title: t("ui.my.note"), width: 280, render: (row) => row.note || "–" },
    {
      key: "tags",
      title: t("ui.my.tags"),
      width: 220,
      render: (row) => row.personal_tags?.join(t("ui.comma")) || "–",
    },
  ];
}
