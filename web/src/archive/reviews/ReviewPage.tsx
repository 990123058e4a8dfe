/** One sample: its items to read, one after the other, and what was found. */

import { DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { useCallback } from "react";
import { reviews } from "../../api/calls";
import type { Review } from "../../api/contract";
import { useText } from "../../app/appearance";
import { PageFrame } from "../../elements/PageFrame";
import { Loaded, Needs } from "../../elements/Problems";
import { Queue } from "./Queue";
import { type PickedRows, Report } from "./Report";
import { Bar } from "./ReviewsPage";
import "../archive.css";
import "./reviews.css";

const route = getRouteApi("/archive/reviews/$id");
const TABS = ["read", "report"] as const;

export function ReviewPage() {
  return (
    <Needs act="archive.review">
      <One />
    </Needs>
  );
}

function One() {
  const { id } = route.useParams();
  const asked = useQuery({
    queryKey: ["archive", "reviews", id],
    queryFn: () => reviews.get(id),
  });
  return <Loaded of={asked}>{(review) => <Shown review={review} />}</Loaded>;
}

function Shown(props: { review: Review }) {
  const { t } = useText();
  const { review } = props;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = TABS.find((one) => one === search.tab) ?? "read";
  return (
    <PageFrame
      title={review.name}
      told={review.purpose}
      crumbs={[
        { title: t("ui.menu.archive") },
        { title: t("ui.menu.archive_reviews"), to: "/archive/reviews" },
        { title: review.name },
      ]}
      action={(["csv", "xlsx"] as const).map((format) => (
        <Button
          key={format}
          icon={<DownloadOutlined />}
          href={reviews.exportAddress(review.id, format)}
          download
        >
          {t(format === "csv" ? "ui.export" : "ui.export.xlsx")}
        </Button>
      ))}
    >
      <div className="filters">
        <Segmented<string>
          aria-label={t("ui.review.view")}
          value={tab}
          options={TABS.map((value) => ({ value, label: t(`ui.review.tab.${value}`) }))}
          onChange={(value) => void navigate({ search: (old) => ({ ...old, tab: value }) })}
        />
        <span className="review-progress">
          <Bar of={review} />
        </span>
      </div>
      {tab === "read" ? <Queue review={review} /> : <Result review={review} />}
    </PageFrame>
  );
}

function Result(props: { review: Review }) {
  const { t, number } = useText();
  const { review } = props;
  const { count, percent, per_member } = review.method;
  const asked = useQuery({
    queryKey: ["archive", "reviews", review.id, "report"],
    queryFn: () => reviews.report(review.id),
  });
  const navigate = route.useNavigate();
  const onPick = useCallback(
    (rows: PickedRows) => void navigate({ search: { tab: "read", ...rows }, resetScroll: false }),
    [navigate],
  );
  const size = count ?? percent ?? per_member ?? 0;
  const by = count ? "count" : percent ? "percent" : "per_member";
  return (
    <Loaded of={asked}>
      {(report) => (
        <div className="stack">
          <Report of={report} isPeriod={false} onPick={onPick} />
          <section className="card">
            <h2>{t("ui.review.proof")}</h2>
            <dl className="facts">
              <dt>{t("ui.review.period")}</dt>
              <dd>
                {review.first_day} – {review.last_day}
              </dd>
              <dt>{t("ui.review.method")}</dt>
              <dd>
                {t(`ui.review.by.${by}`)} · {number(size)}
              </dd>
              <dt>{t("ui.review.seed")}</dt>
              <dd className="mono">{review.seed}</dd>
              <dt>{t("ui.review.sha256")}</dt>
              <dd className="mono">{review.population_sha256}</dd>
            </dl>
            <p className="soft small">{t("ui.review.proof.told")}</p>
          </section>
        </div>
      )}
    </Loaded>
  );
}
