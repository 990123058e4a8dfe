import { useMemo } from "react";
import { departures } from "../api/calls";
import type { CustomerOfLeaver } from "../api/contract";
import { useText } from "../app/appearance";
import { Moment } from "../elements/Moment";
import { type Column, PagedTable } from "../elements/PagedTable";
import { Nothing } from "../elements/Problems";

/** The customers behind one of the figures. */
export function ExposedCustomers(props: { userid: string; kind: "single_owner" | "undocumented" }) {
  const { t, number } = useText();
  const { userid, kind } = props;
  const columns = useMemo(
    (): Column<CustomerOfLeaver>[] => [
      { key: "name", title: t("ui.customer.name"), width: 180, render: (row) => row.name || "–" },
      {
        key: "remark",
        title: t("ui.customer.remark"),
        width: 200,
        render: (row) => row.remark || "–",
      },
      {
        key: "tags",
        title: t("ui.customer.tags"),
        width: 240,
        render: (row) => row.tags.map((tag) => tag.name).join(" · ") || "–",
      },
      {
        key: "added",
        title: t("ui.departure.added"),
        width: 140,
        render: (row) => <Moment at={row.added_at} />,
      },
      {
        key: "others",
        title: t("ui.departure.others"),
        width: 120,
        align: "right",
        render: (row) => number(row.other_followers),
      },
    ],
    [t, number],
  );
  return (
    <>
      <p className="soft small" style={{ marginTop: 0 }}>
        {t(`ui.departure.${kind}.told`)}
      </p>
      <PagedTable<CustomerOfLeaver>
        label={t(`ui.departure.${kind}`)}
        queryKey={["departures", "customers", userid, kind]}
        fetchPage={(cursor, signal) =>
          departures.customers(userid, { kind, cursor, limit: 200 }, signal)
        }
        columns={columns}
        rowKey={(row) => row.external_userid}
        height={440}
        empty={<Nothing told={t("ui.departure.none_of_kind")} />}
      />
    </>
  );
}
