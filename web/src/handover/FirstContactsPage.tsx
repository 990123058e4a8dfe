/** Which customers were not greeted yet by whoever took them over. */

import { getRouteApi, Link } from "@tanstack/react-router";
import { Segmented } from "antd";
import { useMemo } from "react";
import { firstContacts } from "../api/calls";
import type { FirstContact } from "../api/contract";
import { useText } from "../app/appearance";
import type { Text } from "../app/text";
import { CustomerLink } from "../customer/CustomerLink";
import { ContactMark } from "../elements/ContactMark";
import { Moment } from "../elements/Moment";
import { type Column, PagedTable } from "../elements/PagedTable";
import { PageFrame } from "../elements/PageFrame";
import { Needs, Nothing } from "../elements/Problems";

const route = getRouteApi("/first-contacts");
const STATES = ["overdue", "open", "contacted"] as const;

export function FirstContactsPage() {
  return (
    <Needs act="handover.view">
      <Contacts />
    </Needs>
  );
}

function Contacts() {
  const text = useText();
  const { t } = text;
  const state = route.useSearch().state ?? "overdue";
  const navigate = route.useNavigate();
  const columns = useMemo(() => columnsOf(text), [text]);
  return (
    <PageFrame
      title={t("ui.menu.first_contacts")}
      told={t("ui.contacts.told")}
      crumbs={[{ title: t("ui.menu.customer") }, { title: t("ui.menu.first_contacts") }]}
    >
      <div className="filters">
        <Segmented<string>
          aria-label={t("ui.contacts.filter")}
          value={state}
          options={STATES.map((value) => ({ value, label: t(`ui.contacts.state.${value}`) }))}
          onChange={(value) => void navigate({ replace: true, search: { state: value } })}
        />
      </div>
      <PagedTable<FirstContact>
        label={t("ui.menu.first_contacts")}
        queryKey={["first-contacts", state]}
        fetchPage={(cursor, signal) => firstContacts({ state, cursor, limit: 200 }, signal)}
        columns={columns}
        rowKey={(row) => `${row.handover} ${row.row_no}`}
        empty={<Nothing told={t("ui.contacts.empty")} />}
      />
    </PageFrame>
  );
}

function columnsOf(text: Text): Column<FirstContact>[] {
  const { t } = text;
  return [
    {
      key: "name",
      title: t("ui.customer.name"),
      width: 180,
      render: (row) => <CustomerLink id={row.external_userid} name={row.name} />,
    },
    {
      key: "successor",
      title: t("ui.handover.successor"),
      width: 140,
      render: (row) => row.successor_name || row.successor,
    },
    {
      key: "from",
      title: t("ui.my.from"),
      width: 140,
      render: (row) => row.leaver_name || "–",
    },
    {
      key: "taken",
      title: t("state.taken_over"),
      width: 140,
      render: (row) => <Moment at={row.taken_over_at} />,
    },
    {
      key: "due",
      title: t("ui.contacts.due"),
      width: 220,
      render: (row) => <ContactMark contact={row} />,
    },
    {
      key: "open",
      title: t("ui.act"),
      width: 100,
      render: (row) => (
        <Link
          to="/handovers/$id"
          params={{ id: row.handover }}
          search={{ row: row.row_no }}
          aria-label={t("ui.record.open_row", { row: row.row_no })}
        >
          {t("ui.open")}
        </Link>
      ),
    },
  ];
}
