/** Finding messages in everything one may read. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { DatePicker, Select, Tag, TreeSelect } from "antd";
import dayjs from "dayjs";
import { useMemo } from "react";
import { departments } from "../api/calls";
import type { Facet } from "../api/contract";
import { useText } from "../app/appearance";
import { nested } from "../elements/departments";
import { PageFrame } from "../elements/PageFrame";
import { Needs } from "../elements/Problems";
import { TagSelect } from "../elements/TagSelect";
import { CHANNELS, KINDS } from "./conversation";
import { Finder } from "./Finder";
import { PersonSelect } from "./PersonSelect";

const route = getRouteApi("/archive/search");

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
    const add = (by: Facet["by"], value: string | undefined) => {
      if (value) wanted.push({ by, value });
    };
    add(search.side === "staff" ? "staff" : "customer", search.person);
    add("department", search.department);
    add("tag", search.tag);
    add("kind", search.kind);
    add("channel", search.channel);
    add("conversation", search.conversation);
    const ms = (at: number | undefined) => (at === undefined ? undefined : at * 1000);
    return { wanted, from: ms(search.from), to: ms(search.to) };
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
      <FilterRow />
    </Finder>
  );
}

function FilterRow() {
  const { t, find } = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (part: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  const tree = useQuery({ queryKey: ["departments"], queryFn: departments });
  const { from, to } = search;
  return (
    <div className="filters">
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
      <PersonSelect
        value={search.person}
        side={search.side === "staff" ? "staff" : "customer"}
        onChange={(person, side) => change({ person, side })}
      />
      <Select
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        style={{ width: 140 }}
        aria-label={t("ui.archive.kind")}
        placeholder={t("ui.archive.kind")}
        value={search.kind ?? null}
        options={KINDS.map((value) => ({
          value,
          label: find(`archive.kind.${value}`) ?? value,
        }))}
        onChange={(kind) => change({ kind: kind ?? undefined })}
      />
      <Select
        allowClear
        style={{ width: 140 }}
        aria-label={t("ui.archive.channel")}
        placeholder={t("ui.archive.channel")}
        value={search.channel ?? null}
        options={CHANNELS.map((value) => ({ value, label: t(`ui.archive.channel.${value}`) }))}
        onChange={(channel) => change({ channel: channel ?? undefined })}
      />
      <TreeSelect
        allowClear
        showSearch={{ treeNodeFilterProp: "title" }}
        style={{ width: 180 }}
        aria-label={t("ui.archive.department")}
        placeholder={t("ui.archive.department")}
        value={search.department ? Number(search.department) : null}
        treeData={nested(tree.data?.items ?? [])}
        onChange={(one) => change({ department: one ? String(one) : undefined })}
      />
      <TagSelect
        single
        width={160}
        label={t("ui.archive.tag")}
        placeholder={t("ui.archive.tag")}
        value={search.tag ? [search.tag] : []}
        onChange={([tag]) => change({ tag })}
      />
      {search.conversation && (
        <Tag closable onClose={() => change({ conversation: undefined })}>
          {t("ui.archive.within")}
        </Tag>
      )}
    </div>
  );
}
