/** Every customer: who serves it, and whether it was ever passed on. */

import { DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Button, Input, Select } from "antd";
import { useEffect, useMemo, useState } from "react";
import { customers, members } from "../api/calls";
import type { Customer } from "../api/contract";
import { useText } from "../app/appearance";
import type { Text } from "../app/text";
import { useSettled } from "../elements/MemberSelect";
import { type Column, PagedTable } from "../elements/PagedTable";
import { PageFrame } from "../elements/PageFrame";
import { Needs, Nothing } from "../elements/Problems";
import { TagSelect } from "../elements/TagSelect";
import { useMay } from "../session/session";
import { CustomerLink } from "./CustomerLink";
import { STANDINGS, StandingMark } from "./standing";

const route = getRouteApi("/customers");

export function CustomersPage() {
  return (
    <Needs act="customer.view">
      <Customers />
    </Needs>
  );
}

function useFilter() {
  const { q, member, tag, state, passed } = route.useSearch();
  const passed_on = passed === undefined ? undefined : passed === "yes";
  return { q, member, tag, state, passed_on };
}

function Customers() {
  const text = useText();
  const { t } = text;
  const filter = useFilter();
  const mayExport = useMay("handover.export");
  const columns = useMemo(() => columnsOf(text), [text]);
  const filtered = Object.values(filter).some((part) => part !== undefined);
  return (
    <PageFrame
      title={t("ui.menu.customers")}
      told={t("ui.customers.told")}
      crumbs={[{ title: t("ui.menu.customer") }, { title: t("ui.menu.customers") }]}
      action={
        mayExport &&
        (["csv", "xlsx"] as const).map((format) => (
          <Button
            key={format}
            icon={<DownloadOutlined />}
            href={customers.exportAddress(filter, format)}
            download
          >
            {t(format === "csv" ? "ui.export" : "ui.export.xlsx")}
          </Button>
        ))
      }
    >
      <Filters filtered={filtered} />
      <PagedTable<Customer>
        label={t("ui.menu.customers")}
        queryKey={["customers", "list", filter]}
        fetchPage={(cursor, signal) => customers.list({ ...filter, cursor, limit: 200 }, signal)}
        columns={columns}
        rowKey={(row) => row.external_userid}
        empty={<Nothing told={t(filtered ? "ui.table.no_match" : "ui.customers.empty")} />}
      />
    </PageFrame>
  );
}

function Filters(props: { filtered: boolean }) {
  const { t } = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(search.q ?? "");
  const q = useSettled(typed);
  type Search = typeof search;
  const set = (part: Partial<Search>) =>
    void navigate({ replace: true, search: (old) => ({ ...old, ...part }) });
  useEffect(() => {
    if (q !== (search.q ?? "")) {
      void navigate({ replace: true, search: (old) => ({ ...old, q: q || undefined }) });
    }
  }, [q, search.q, navigate]);
  return (
    <div className="filters">
      <Input.Search
        allowClear
        style={{ width: 240 }}
        maxLength={100}
        value={typed}
        aria-label={t("ui.customer.search")}
        placeholder={t("ui.customer.search")}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Select<string>
        allowClear
        style={{ width: 150 }}
        aria-label={t("ui.customers.state")}
        placeholder={t("ui.customers.state")}
        value={search.state as string}
        options={STANDINGS.map((state) => ({ value: state, label: t(`ui.standing.${state}`) }))}
        onChange={(state) => set({ state })}
      />
      <ServedBy value={search.member} onChange={(member) => set({ member })} />
      <TagSelect
        single
        width={180}
        label={t("ui.customer.tag")}
        placeholder={t("ui.customer.tag")}
        value={search.tag ? [search.tag] : []}
        onChange={([tag]) => set({ tag })}
      />
      <Select<string>
        allowClear
        style={{ width: 150 }}
        aria-label={t("ui.customers.passed")}
        placeholder={t("ui.customers.passed")}
        value={search.passed as string}
        options={(["yes", "no"] as const).map((value) => ({
          value,
          label: t(`ui.customers.passed.${value}`),
        }))}
        onChange={(passed) => set({ passed })}
      />
      {props.filtered && (
        <Button
          type="link"
          onClick={() => {
            setTyped("");
            void navigate({ replace: true, search: {} });
          }}
        >
          {t("ui.wizard.filter.clear")}
        </Button>
      )}
    </div>
  );
}

function ServedBy(props: {
  value: string | undefined;
  onChange: (userid: string | undefined) => void;
}) {
  const { t } = useText();
  const [typed, setTyped] = useState("");
  const q = useSettled(typed);
  const found = useQuery({
    queryKey: ["members", "all", q],
    queryFn: ({ signal }) => members({ q, limit: 50 }, signal),
    staleTime: 60_000,
  });
  const options = (found.data?.items ?? []).map((member) => ({
    value: member.userid,
    label: member.name || member.userid,
  }));
  if (props.value && !options.some((one) => one.value === props.value)) {
    options.unshift({ value: props.value, label: props.value });
  }
  return (
    <Select<string>
      allowClear
      showSearch={{ filterOption: false, onSearch: setTyped }}
      style={{ width: 170 }}
      aria-label={t("ui.customers.member")}
      placeholder={t("ui.customers.member")}
      value={props.value as string}
      options={options}
      onChange={props.onChange}
    />
  );
}

function columnsOf(text: Text): Column<Customer>[] {
  const { t, number } = text;
  return [
    {
      key: "name",
      title: t("ui.customer.name"),
      width: 180,
      render: (row) => <CustomerLink id={row.external_userid} name={row.name} />,
    },
    {
      key: "state",
      title: t("ui.customers.state"),
      width: 130,
      render: (row) => <StandingMark state={row.state} />,
    },
    {
      key: "members",
      title: t("ui.customers.member"),
      width: 200,
      render: (row) =>
        row.members.map((member) => member.name || member.userid).join(t("ui.comma")) || "–",
    },
    {
      key: "tags",
      title: t("ui.customer.tags"),
      width: 240,
      render: (row) => row.tags.map((tag) => tag.name).join(t("ui.comma")) || "–",
    },
    {
      key: "company",
      title: t("ui.customers.company"),
      width: 180,
      render: (row) => row.corp_name || "–",
    },
    {
      key: "passed",
      title: t("ui.customers.passed_count"),
      width: 110,
      align: "right",
      render: (row) => number(row.passed_on),
    },
  ];
}
