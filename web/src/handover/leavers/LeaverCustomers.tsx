import { getRouteApi } from "@tanstack/react-router";
import { Input } from "antd";
import { useEffect, useMemo, useState } from "react";
import { leavers } from "../../api/calls";
import type { CustomerOfLeaver } from "../../api/contract";
import { useText } from "../../app/appearance";
import type { Text } from "../../app/text";
import { CustomerLink } from "../../customer/CustomerLink";
import { useSettled } from "../../elements/MemberSelect";
import { Moment } from "../../elements/Moment";
import { type Column, PagedTable } from "../../elements/PagedTable";
import { Nothing } from "../../elements/Problems";
import { TagSelect } from "../../elements/TagSelect";

const route = getRouteApi("/leavers/$userid");

export function LeaverCustomers(props: { userid: string }) {
  const text = useText();
  const { t } = text;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(search.q ?? "");
  const q = useSettled(typed);
  useEffect(() => {
    if (q !== (search.q ?? "")) {
      void navigate({ replace: true, search: (old) => ({ ...old, q: q || undefined }) });
    }
  }, [q, search.q, navigate]);
  const columns = useMemo(() => columnsOf(text), [text]);
  const tag = search.tag;
  return (
    <>
      <div className="filters">
        <Input.Search
          allowClear
          style={{ width: 260 }}
          maxLength={100}
          value={typed}
          aria-label={t("ui.customer.search")}
          placeholder={t("ui.customer.search")}
          onChange={(event) => setTyped(event.target.value)}
        />
        <TagSelect
          single
          width={220}
          label={t("ui.customer.tag")}
          placeholder={t("ui.customer.tag")}
          value={tag ? [tag] : []}
          onChange={([picked]) =>
            void navigate({ replace: true, search: (old) => ({ ...old, tag: picked }) })
          }
        />
      </div>
      <PagedTable<CustomerOfLeaver>
        label={t("ui.leaver.tab.customers")}
        queryKey={["leavers", "customers", props.userid, q, tag ?? ""]}
        fetchPage={(cursor, signal) =>
          leavers.customers(props.userid, { q, tag, cursor, limit: 500 }, signal)
        }
        columns={columns}
        rowKey={(row) => row.external_userid}
        height={480}
        empty={<Nothing told={t(q || tag ? "ui.table.no_match" : "ui.customer.empty")} />}
      />
    </>
  );
}

function columnsOf(text: Text): Column<CustomerOfLeaver>[] {
  const { t, find, number } = text;
  return [
    {
      key: "name",
      title: t("ui.customer.name"),
      width: 160,
      render: (row) => <CustomerLink id={row.external_userid} name={row.name} />,
    },
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
      render: (row) => row.tags.map((tag) => tag.name).join(t("ui.comma")) || "–",
    },
    {
      key: "region",
      title: t("ui.customer.region"),
      width: 100,
      render: (row) => row.region || "–",
    },
    {
      key: "way",
      title: t("ui.customer.add_way"),
      width: 130,
      render: (row) => find(`ui.add_way.${row.add_way}`) ?? String(row.add_way),
    },
    {
      key: "added",
      title: t("ui.customer.added"),
      width: 120,
      render: (row) => <Moment at={row.added_at} />,
    },
    {
      key: "others",
      title: t("ui.customer.others"),
      width: 110,
      align: "right",
      render: (row) => number(row.other_followers),
    },
  ];
}
