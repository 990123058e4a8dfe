/** Finding messages in everything one may read. */

import { DownOutlined, UpOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button, DatePicker, Select, Tag, TreeSelect } from "antd";
import dayjs from "dayjs";
import { useMemo, useState } from "react";
import { archive, departments } from "../api/calls";
import type { Facet } from "../api/contract";
import { useText } from "../app/appearance";
import { nested } from "../elements/departments";
import { PageFrame } from "../elements/PageFrame";
import { Needs } from "../elements/Problems";
import { TagSelect } from "../elements/TagSelect";
import { useMay } from "../session/session";
import { CHANNELS } from "./conversation";
import { Finder } from "./Finder";
import { KINDS, useKindOptions } from "./kinds";
import { PeopleSelect } from "./PersonSelect";
import { RoomSelect } from "./RoomSelect";
import "./search.css";

const route = getRouteApi("/archive/search");
/** Filters that are always shown on a wide screen, and those that fold. */
const FIRST = ["from", "to", "staff", "customers", "rooms"] as const;
const MORE = ["kinds", "without", "departments", "tags", "channel"] as const;
const FACETS = {
  staff: "staff",
  customers: "customer",
  rooms: "room",
  kinds: "kind",
  departments: "department",
  tags: "tag",
  channel: "channel",
  conversation: "conversation",
} as const;

export function SearchPage() {
  const { t } = useText();
  const search = route.useSearch();
  return (
    <Needs act="archive.read">
      <PageFrame
        title={t("ui.menu.archive_search")}
        told={t("ui.archive.search.told")}
        crumbs={[{ title: t("ui.menu.archive") }, { title: t("ui.menu.archive_search") }]}
      >
        <Search key={search.conversation ?? ""} />
      </PageFrame>
    </Needs>
  );
}

function Search() {
  const search = route.useSearch();
  const filters = useMemo(() => {
    const wanted: Facet[] = [];
    for (const [name, by] of Object.entries(FACETS)) {
      const values = search[name as keyof typeof FACETS] ?? [];
      for (const value of [values].flat()) wanted.push({ by, value });
    }
    const ms = (at: number | undefined) => (at === undefined ? undefined : at * 1000);
    const unwanted = search.without?.map((value): Facet => ({ by: "kind", value })) ?? [];
    return { wanted, unwanted, from: ms(search.from), to: ms(search.to) };
  }, [search]);
  return (
    <Finder
      filters={filters}
      eager={false}
      link={(message, shown) => (
        <Link
          to="/archive/conversations/$id"
          params={{ id: message.conversation }}
          search={{ around: message.id }}
        >
          {shown}
        </Link>
      )}
    >
      <Filters />
    </Finder>
  );
}

type Search = ReturnType<typeof route.useSearch>;

interface Changing {
  search: Search;
  change: (part: Partial<Search>) => void;
}

/** Of one field any that is chosen, of different fields all. */
function Filters() {
  const { t, number } = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (part: Partial<Search>) =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  const fewer = MORE.filter((name) => search[name] !== undefined).length;
  const all = fewer + FIRST.filter((name) => search[name] !== undefined).length;
  const [open, setOpen] = useState(fewer > 0 && window.matchMedia("(width > 900px)").matches);
  const counted = (word: string, count: number) =>
    count > 0 ? `${word} · ${number(count)}` : word;
  return (
    <div className={open ? "search-filters open" : "search-filters"}>
      <First search={search} change={change} />
      <More search={search} change={change} />
      <div className="row search-folds">
        <Button
          size="small"
          aria-expanded={open}
          icon={open ? <UpOutlined /> : <DownOutlined />}
          onClick={() => setOpen(!open)}
        >
          <span className="search-wide">{counted(t("ui.archive.filters.more"), fewer)}</span>
          <span className="search-narrow">{counted(t("ui.archive.filters"), all)}</span>
        </Button>
        {search.conversation && (
          <Tag closable onClose={() => change({ conversation: undefined })}>
            {t("ui.archive.within")}
          </Tag>
        )}
        {all > 0 && (
          <Button
            size="small"
            type="link"
            onClick={() =>
              change(Object.fromEntries([...FIRST, ...MORE].map((name) => [name, undefined])))
            }
          >
            {t("ui.wizard.filter.clear")}
          </Button>
        )}
        {open && <span className="soft small">{t("ui.archive.filters.told")}</span>}
      </div>
    </div>
  );
}

const someOf = (values: string[]) => (values.length > 0 ? values : undefined);

function First({ search, change }: Changing) {
  const { t } = useText();
  const { from, to } = search;
  return (
    <div className="search-first">
      <DatePicker.RangePicker
        aria-label={t("ui.archive.period")}
        allowEmpty={[true, true]}
        value={[from ? dayjs.unix(from) : null, to ? dayjs.unix(to).subtract(1, "day") : null]}
        onChange={(range) =>
          change({
            from: range?.[0]?.startOf("day").unix(),
            to: range?.[1]?.add(1, "day").startOf("day").unix(),
          })
        }
      />
      <PeopleSelect
        side="staff"
        value={search.staff ?? []}
        onChange={(ids) => change({ staff: someOf(ids) })}
      />
      <PeopleSelect
        side="customer"
        value={search.customers ?? []}
        onChange={(ids) => change({ customers: someOf(ids) })}
      />
      <RoomSelect
        value={search.rooms ?? []}
        onChange={(rooms) => change({ rooms: someOf(rooms) })}
      />
    </div>
  );
}

/** Types that were seen and are not known, for those who may see what there is. */
function useUnknown(): string[] {
  const { data } = useQuery({
    queryKey: ["archive", "status"],
    queryFn: archive.status,
    enabled: useMay("archive.status"),
    staleTime: 60_000,
  });
  return (data?.kinds ?? []).filter((one) => !one.known).map((one) => one.kind);
}

function More({ search, change }: Changing) {
  const { t } = useText();
  const kinds = useKindOptions(KINDS, useUnknown());
  const tree = useQuery({ queryKey: ["departments"], queryFn: departments });
  return (
    <div className="search-more">
      <Select
        mode="multiple"
        allowClear
        maxTagCount="responsive"
        showSearch={{ optionFilterProp: "label" }}
        aria-label={t("ui.archive.kind")}
        placeholder={t("ui.archive.kind")}
        value={search.kinds ?? []}
        options={kinds}
        onChange={(kinds: string[]) => change({ kinds: someOf(kinds) })}
      />
      <Select
        mode="multiple"
        allowClear
        maxTagCount="responsive"
        showSearch={{ optionFilterProp: "label" }}
        aria-label={t("ui.archive.without")}
        placeholder={t("ui.archive.without")}
        value={search.without ?? []}
        options={kinds}
        onChange={(kinds: string[]) => change({ without: someOf(kinds) })}
      />
      <TreeSelect
        multiple
        allowClear
        maxTagCount="responsive"
        showSearch={{ treeNodeFilterProp: "title" }}
        aria-label={t("ui.archive.department")}
        placeholder={t("ui.archive.department")}
        value={search.departments?.map(Number) ?? []}
        treeData={nested(tree.data?.items ?? [])}
        onChange={(ids: number[]) => change({ departments: someOf(ids.map(String)) })}
      />
      <TagSelect
        compact
        label={t("ui.archive.tag")}
        placeholder={t("ui.archive.tag")}
        value={search.tags ?? []}
        onChange={(tags) => change({ tags: someOf(tags) })}
      />
      <Select
        allowClear
        aria-label={t("ui.archive.channel")}
        placeholder={t("ui.archive.channel")}
        value={search.channel ?? null}
        options={CHANNELS.map((value) => ({ value, label: t(`ui.archive.channel.${value}`) }))}
        onChange={(channel) => change({ channel: channel ?? undefined })}
      />
    </div>
  );
}
