/** Spot checks: the samples there are, and what all of them together covered. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button, DatePicker, Progress, Segmented, Table } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { reviews } from "../../api/calls";
import type { Review } from "../../api/contract";
import { useText } from "../../app/appearance";
import { Moment, useNow } from "../../elements/Moment";
import { PageFrame } from "../../elements/PageFrame";
import { Loaded, Needs, Nothing } from "../../elements/Problems";
import { Wide } from "../../elements/Wide";
import { More } from "../More";
import { beijingDay } from "./days";
import { NewReview } from "./NewReview";
import { Report } from "./Report";
import "../archive.css";
import "./reviews.css";

const route = getRouteApi("/archive/reviews");
const TABS = ["batches", "period"] as const;
const DAY = "YYYY-MM-DD";

export function ReviewsPage() {
  return (
    <Needs act="archive.review">
      <Reviews />
    </Needs>
  );
}

function Reviews() {
  const { t } = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [making, setMaking] = useState(false);
  const tab = TABS.find((one) => one === search.tab) ?? "batches";
  return (
    <PageFrame
      title={t("ui.menu.archive_reviews")}
      told={t("ui.review.told")}
      crumbs={[{ title: t("ui.menu.archive") }, { title: t("ui.menu.archive_reviews") }]}
      action={
        <Button type="primary" onClick={() => setMaking(true)}>
          {t("ui.review.new")}
        </Button>
      }
    >
      <div className="filters">
        <Segmented<string>
          aria-label={t("ui.review.view")}
          value={tab}
          options={TABS.map((value) => ({ value, label: t(`ui.review.tab.${value}`) }))}
          onChange={(value) => void navigate({ search: (old) => ({ ...old, tab: value }) })}
        />
        {tab === "period" && <Period />}
      </div>
      {tab === "period" ? <OfPeriod /> : <Batches onNew={() => setMaking(true)} />}
      <NewReview open={making} onClose={() => setMaking(false)} />
    </PageFrame>
  );
}

function usePeriod(): [string, string] {
  const { first, last } = route.useSearch();
  const now = useNow();
  return [first ?? beijingDay(now, -29), last ?? beijingDay(now)];
}

function Period() {
  const { t } = useText();
  const navigate = route.useNavigate();
  const [first, last] = usePeriod();
  return (
    <DatePicker.RangePicker
      aria-label={t("ui.review.period")}
      allowClear={false}
      value={[dayjs(first), dayjs(last)]}
      onChange={(range) =>
        void navigate({
          search: (old) => ({
            ...old,
            first: range?.[0]?.format(DAY),
            last: range?.[1]?.format(DAY),
          }),
        })
      }
    />
  );
}

function OfPeriod() {
  const [first, last] = usePeriod();
  const asked = useQuery({
    queryKey: ["archive", "reviews", "period", first, last],
    queryFn: ({ signal }) => reviews.period(first, last, signal),
  });
  return <Loaded of={asked}>{(report) => <Report of={report} isPeriod />}</Loaded>;
}

function Batches(props: { onNew: () => void }) {
  const { t } = useText();
  const found = useInfiniteQuery({
    queryKey: ["archive", "reviews", "list"],
    queryFn: ({ pageParam, signal }) => reviews.list(pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  return (
    <section className="card">
      <Loaded of={found} lines={4}>
        {(data) => {
          const items = data.pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <Nothing
                told={t("ui.review.none")}
                next={<Button onClick={props.onNew}>{t("ui.review.new")}</Button>}
              />
            );
          }
          return (
            <>
              <List items={items} />
              {found.hasNextPage && (
                <More
                  word={t("ui.archive.more")}
                  loading={found.isFetchingNextPage}
                  error={found.isFetchNextPageError && found.error}
                  turn={data.pages.length}
                  onMore={() => void found.fetchNextPage()}
                />
              )}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

function List(props: { items: Review[] }) {
  const { t, number } = useText();
  const count = (value: number) => number(value);
  return (
    <Wide label={t("ui.menu.archive_reviews")}>
      <Table<Review>
        size="middle"
        pagination={false}
        rowKey="id"
        dataSource={props.items}
        columns={[
          {
            title: t("ui.review.name"),
            render: (_, one) => (
              <>
                <Link to="/archive/reviews/$id" params={{ id: one.id }} search={{}}>
                  {one.name}
                </Link>
                <span className="soft small block">{one.purpose}</span>
              </>
            ),
          },
          {
            title: t("ui.review.period"),
            width: 210,
            render: (_, one) => `${one.first_day} – ${one.last_day}`,
          },
          {
            title: t("ui.review.population"),
            align: "right",
            className: "number",
            width: 110,
            render: (_, one) => count(one.population),
          },
          {
            title: t("ui.review.progress"),
            width: 230,
            render: (_, one) => <Bar of={one} />,
          },
          {
            title: t("review.state.flagged"),
            align: "right",
            className: "number",
            width: 90,
            render: (_, one) => count(one.tally.flagged),
          },
          {
            title: t("ui.review.made"),
            width: 150,
            render: (_, one) => (
              <>
                {one.made_by === "operator" ? t("ui.actor.operator") : one.made_by}
                <span className="soft small block">
                  <Moment at={one.made_at} />
                </span>
              </>
            ),
          },
        ]}
      />
    </Wide>
  );
}

/** How much is decided, with the numbers beside it. */
export function Bar(props: { of: Review }) {
  const { t, number } = useText();
  const { sampled, open } = props.of.tally;
  const done = sampled - open;
  const label = t("ui.review.progress.told", { done: number(done), all: number(sampled) });
  return (
    <div className="review-bar">
      <Progress
        percent={sampled === 0 ? 0 : (done / sampled) * 100}
        showInfo={false}
        size="small"
        aria-label={label}
      />
      <span className="small number">{label}</span>
    </div>
  );
}
