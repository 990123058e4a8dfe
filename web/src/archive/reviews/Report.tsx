/** What was covered, what was found, how fast: of one sample, or of a period. */

import { Table, Tag } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ReviewReport } from "../../api/contract";
import { useText } from "../../app/appearance";
import { STATE_COLOURS } from "../../app/theme";
import { type Bar, Chart } from "../../elements/Chart";
import { Nothing } from "../../elements/Problems";
import { Wide } from "../../elements/Wide";

/** Bars of a chart, at most. */
const MOST = 12;
/** By how many of their conversation days were reviewed members are put together. */
const STEPS = [
  { name: "0", from: 0, to: 0 },
  { name: "1", from: 1, to: 1 },
  { name: "2–4", from: 2, to: 4 },
  { name: "5+", from: 5, to: Number.POSITIVE_INFINITY },
];

function usePercent(): (share: number) => string {
  const { language } = useText();
  return useMemo(() => {
    const format = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
    return (share) => format.format(share);
  }, [language]);
}

/** The conversation days of a sample that a bar stands for. */
export interface PickedRows {
  state?: string;
  category?: string;
  reviewer?: string;
}

type Step = (typeof STEPS)[number];

export function Report(props: {
  of: ReviewReport;
  isPeriod: boolean;
  /** Leads to them; where there is no page of them, absent. */
  onPick?: (rows: PickedRows) => void;
}) {
  const { t } = useText();
  const { of: report, isPeriod } = props;
  const [step, setStep] = useState<Step>();
  if (report.population === 0) return <Nothing told={t("ui.review.report.none")} />;
  return (
    <div className="stack">
      <Figures of={report} isPeriod={isPeriod} />
      <Charts of={report} onPick={props.onPick} onStep={setStep} />
      <Reviewers of={report} />
      <Members of={report} step={step} onAll={() => setStep(undefined)} />
    </div>
  );
}

function Figures(props: { of: ReviewReport; isPeriod: boolean }) {
  const { t, number } = useText();
  const percent = usePercent();
  const { population, tally, rate, members, members_unseen } = props.of;
  const share = tally.reviewed === 0 ? null : tally.flagged / tally.reviewed;
  return (
    <div className="grid-4">
      <section className="card figure">
        <h2>{t("ui.review.coverage")}</h2>
        <b>{percent(tally.reviewed / Math.max(1, population))}</b>
        <p className="soft small">
          {t("ui.review.coverage.told", {
            reviewed: number(tally.reviewed),
            population: number(population),
          })}
        </p>
      </section>
      <section className="card figure">
        <h2>{t("ui.review.sampled")}</h2>
        <b>{number(tally.sampled)}</b>
        <p className="soft small">
          {(["open", "passed", "flagged", "skipped", "gone"] as const)
            .filter((state) => tally[state] > 0)
            .map((state) => `${t(`review.state.${state}`)} ${number(tally[state])}`)
            .join(" · ")}
        </p>
      </section>
      <section className="card figure">
        <h2>{t("ui.review.rate")}</h2>
        <b>{share === null ? "–" : percent(share)}</b>
        <p className="soft small">
          {rate
            ? t("ui.review.rate.told", { low: percent(rate.low), high: percent(rate.high) })
            : t(props.isPeriod ? "ui.review.rate.period" : "ui.review.rate.none")}
        </p>
      </section>
      <section className="card figure">
        <h2>{t("ui.review.unseen")}</h2>
        <b>{number(members_unseen)}</b>
        <p className="soft small">{t("ui.review.unseen.told", { count: members.length })}</p>
      </section>
    </div>
  );
}

function Charts(props: {
  of: ReviewReport;
  onPick: ((rows: PickedRows) => void) | undefined;
  onStep: (step: Step | undefined) => void;
}) {
  const { t, find } = useText();
  const { categories, members, reviewers } = props.of;
  const covered = useMemo(
    () =>
      STEPS.map(({ name, from, to }) => ({
        name,
        value: members.filter((line) => line.reviewed >= from && line.reviewed <= to).length,
      })),
    [members],
  );
  const found = useMemo(
    () =>
      categories.map((line) => ({
        name: find(`review.category.${line.category}`) ?? line.category,
        value: line.items,
        colour: STATE_COLOURS.failed ?? "",
      })),
    [categories, find],
  );
  const speed = useMemo(
    () =>
      reviewers.slice(0, MOST).map((line) => ({
        name: line.reviewer === "operator" ? t("ui.actor.operator") : line.reviewer,
        value: Math.round(line.items_per_hour),
      })),
    [reviewers, t],
  );
  const { onPick, onStep } = props;
  const openMembers = useCallback(
    (bar: Bar) => onStep(STEPS.find((step) => step.name === bar.name)),
    [onStep],
  );
  const openFound = useMemo(
    () =>
      onPick &&
      ((bar: Bar) => {
        const line = categories[found.findIndex((one) => one.name === bar.name)];
        if (line) onPick({ state: "flagged", category: line.category });
      }),
    [onPick, categories, found],
  );
  const openReviewed = useMemo(
    () =>
      onPick &&
      ((bar: Bar) => {
        const line = reviewers[speed.findIndex((one) => one.name === bar.name)];
        if (line) onPick({ reviewer: line.reviewer });
      }),
    [onPick, reviewers, speed],
  );
  return (
    <div className="grid-3">
      <Chart
        kind="columns"
        title={t("ui.review.chart.coverage")}
        told={t("ui.review.chart.coverage.told")}
        bars={covered}
        onPick={openMembers}
      />
      <Chart
        kind="bars"
        title={t("ui.review.chart.found")}
        told={t("ui.review.chart.found.told")}
        bars={found}
        {...(openFound ? { onPick: openFound } : {})}
      />
      <Chart
        kind="bars"
        title={t("ui.review.chart.speed")}
        told={t("ui.review.chart.speed.told")}
        bars={speed}
        {...(openReviewed ? { onPick: openReviewed } : {})}
      />
    </div>
  );
}

function Members(props: { of: ReviewReport; step: Step | undefined; onAll: () => void }) {
  const { t, number } = useText();
  const { of: report, step } = props;
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (step) place.current?.scrollIntoView({ block: "nearest" });
  }, [step]);
  const members = step
    ? report.members.filter((line) => line.reviewed >= step.from && line.reviewed <= step.to)
    : report.members;
  const figure = (key: "population" | "sampled" | "reviewed" | "flagged", title: string) => ({
    key,
    title,
    dataIndex: key,
    align: "right" as const,
    className: "number",
    render: (value: number) => number(value),
  });
  return (
    <section className="card" ref={place}>
      <h2>
        {t("ui.review.by_member")}{" "}
        {step && (
          <Tag closable onClose={props.onAll}>
            {t("ui.review.by_member.reviewed", { days: step.name })}
          </Tag>
        )}
      </h2>
      <Wide label={t("ui.review.by_member")}>
        <Table
          size="small"
          rowKey="userid"
          dataSource={members}
          locale={{ emptyText: <Nothing told={t("ui.review.by_member.none")} /> }}
          pagination={members.length > 10 ? { pageSize: 10, size: "small" } : false}
          columns={[
            { title: t("ui.leaver.name"), render: (_, line) => line.name || line.userid },
            figure("population", t("ui.review.population")),
            figure("sampled", t("ui.review.sampled")),
            figure("reviewed", t("ui.review.reviewed")),
            figure("flagged", t("review.state.flagged")),
          ]}
        />
      </Wide>
      <p className="soft small">{t("ui.review.by_member.told")}</p>
    </section>
  );
}

function Reviewers(props: { of: ReviewReport }) {
  const { t, number } = useText();
  const { reviewers } = props.of;
  const rounded = (value: number) => number(Math.round(value));
  const right = { align: "right" as const, className: "number" };
  return (
    <section className="card">
      <h2>{t("ui.review.by_reviewer")}</h2>
      <Wide label={t("ui.review.by_reviewer")}>
        <Table
          size="small"
          rowKey="reviewer"
          dataSource={reviewers}
          locale={{ emptyText: <Nothing told={t("ui.review.by_reviewer.none")} /> }}
          pagination={false}
          columns={[
            {
              title: t("ui.review.reviewer"),
              render: (_, line) =>
                line.reviewer === "operator" ? t("ui.actor.operator") : line.reviewer,
            },
            { ...right, title: t("ui.review.reviewed"), render: (_, line) => number(line.items) },
            {
              ...right,
              title: t("ui.review.items_per_hour"),
              render: (_, line) => rounded(line.items_per_hour),
            },
            {
              ...right,
              title: t("ui.review.messages_per_hour"),
              render: (_, line) => rounded(line.messages_per_hour),
            },
            {
              ...right,
              title: t("ui.review.median"),
              render: (_, line) => number(line.median_seconds),
            },
          ]}
        />
      </Wide>
      <p className="soft small">{t("ui.review.speed.told")}</p>
    </section>
  );
}
