import { useMemo } from "react";
import { leavers } from "../../api/calls";
import type { GroupOfLeaver } from "../../api/contract";
import { useText } from "../../app/appearance";
import type { Text } from "../../app/text";
import { Moment } from "../../elements/Moment";
import { type Column, PagedTable } from "../../elements/PagedTable";
import { Nothing } from "../../elements/Problems";

export function LeaverGroups(props: {
  userid: string;
  height?: number;
  selection?: { chosen: string[]; choose: (keys: string[]) => void };
}) {
  const text = useText();
  const { t } = text;
  const columns = useMemo(() => columnsOf(text), [text]);
  return (
    <PagedTable<GroupOfLeaver>
      label={t("ui.leaver.tab.groups")}
      queryKey={["leavers", "groups", props.userid]}
      fetchPage={(_, signal) => leavers.groups(props.userid, signal)}
      columns={columns}
      rowKey={(row) => row.chat_id}
      height={props.height ?? 480}
      {...(props.selection ? { selection: props.selection } : {})}
      empty={<Nothing told={t("ui.group.empty")} />}
    />
  );
}

function columnsOf(text: Text): Column<GroupOfLeaver>[] {
  const { t, find, number } = text;
  return [
    {
      key: "name",
      title: t("ui.group.name"),
      width: 260,
      render: (row) => row.name || t("ui.group.unnamed"),
    },
    {
      key: "members",
      title: t("ui.group.members"),
      width: 110,
      align: "right",
      render: (row) => number(row.members),
    },
    {
      key: "customers",
      title: t("ui.group.customers"),
      width: 110,
      align: "right",
      render: (row) => number(row.customers),
    },
    {
      key: "status",
      title: t("ui.group.status"),
      width: 130,
      render: (row) => find(`ui.group.status.${row.status}`) ?? String(row.status),
    },
    {
      key: "created",
      title: t("ui.group.created"),
      width: 130,
      render: (row) => <Moment at={row.created_at} />,
    },
  ];
}
