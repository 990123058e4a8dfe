/** Did it work: whether the customers that were handed over stayed. */

import { DownloadOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Alert, Button, DatePicker, Segmented, Table } from "antd";
import dayjs from "dayjs";
import { useMemo } from "react";
import { outcome } from "../api/calls";
import type { Outcome, OutcomeLine, RetentionAt } from "../api/contract";
import { useText } from "../app/appearance";
import { STATE_COLOURS } from "../app/theme";
import { Chart } from "../elements/Chart";
import { LinkButton } from "../elements/LinkButton";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, Nothing } from "../elements/Problems";
import { Wide } from "../elements/Wide";
import { ruleName } from "../handover/Reason";
import { useMay } from "../session/session";

const route = getRouteApi("/outcome");
const BY = ["leaver", "successor", "rule"] as const;

export function OutcomePage() {
  return (
    <Needs act="outcome.view">
      <Measured />
    </Needs>
  );
}

function Measured() {
  const { t } = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayExport = useMay("handover.export");
  const by = BY.find((one) => one === search.by) ?? "leaver";
  const { from, to } = search;
  const asked = useQuery({
    queryKey: ["outcome", by, from ?? 0, to ?? 0],
    queryFn: ({ signal }) => outcome.get({ by, from, to }, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <PageFrame
      title={t("ui.menu.outcome")}
      told={t("ui.outcome.page.told")}
      crumbs={[{ title: t("ui.menu.handover") }, { title: t("ui.menu.outcome") }]}
      action={
        mayExport && (
          <Button icon={<DownloadOutlined />} href={outcome.exportAddress({ from, to })} download>
            {t("ui.export")}
          </Button>
        )
      }
    >
      <div className="filters">
        <Segmented<string>
          aria-label={t("ui.outcome.by")}
          value={by}
          options={BY.map((value) => ({ value, label: t(`ui.outcome.by.${value}`) }))}
          onChange={(value) => void navigate({ search: (old) => ({ ...old, by: value }) })}
        />
        <DatePicker.RangePicker
          aria-label={t("ui.outcome.period")}
          allowEmpty={[true, true]}
          value={[from ? dayjs.unix(from) : null, to ? dayjs.unix(to).subtract(1, "day") : null]}
          onChange={(range) =>
            void navigate({
              search: (old) => ({
                ...old,
                from: range?.[0]?.startOf("day").unix(),
                to: range?.[1]?.add(1, "day").startOf("day").unix(),
              }),
            })
          }
        />
      </div>
      <Loaded of={asked}>{(data) => <Content outcome={data} />}</Loaded>
    </PageFrame>
  );
}

function Content(props: { outcome: Outcome }) {
  const { t } = useText();
  const { outcome: found } = props;
  if (found.taken_over === 0 && found.standings.length === 0) {
    return (
      <Nothing
        told={t("ui.outcome.empty")}
        next={<LinkButton to="/handovers">{t("ui.menu.handovers")}</LinkButton>}
      />
    );
  }
  const isEarly = found.taken_over > 0 && found.at.every((at) => at.retained + at.lost === 0);
  return (
    <div className="stack">
      {isEarly && <Alert type="info" showIcon title={t("ui.outcome.too_early")} />}
      <Charts outcome={found} />
      <Lines outcome={found} />
    </div>
  );
}

/** `86.4 %`, or a dash while nothing is decided. */
function usePercent(): (rate: number | null) => string {
  const { language } = useText();
  return useMemo(() => {
    const format = new Intl.NumberFormat(language, {
      style: "percent",
      maximumFractionDigits: 1,
    });
    return (rate) => (rate === null ? "–" : format.format(rate));
  }, [language]);
}

function Charts(props: { outcome: Outcome }) {
  const { t, find } = useText();
  const percent = usePercent();
  const { outcome: found } = props;
  const { kept, funnel, reasons } = useMemo(() => {
    const sums = new Map<string, number>();
    const codes = new Map<number, number>();
    for (const one of found.standings) {
      sums.set(one.state, (sums.get(one.state) ?? 0) + one.customers);
      if (one.errcode !== null) {
        codes.set(one.errcode, (codes.get(one.errcode) ?? 0) + one.customers);
      }
    }
    const fallen = (a: { value: number }, b: { value: number }) => b.value - a.value;
    return {
      kept: found.at
        .filter((at) => at.retained + at.lost > 0)
        .map((at) => ({
          name: `${t("ui.outcome.day", { days: at.days })} · ${percent(at.rate)}`,
          value: at.retained,
          colour: STATE_COLOURS.taken_over ?? "",
        })),
      funnel: [...sums]
        .map(([state, value]) => ({
          name: find(`state.${state}`) ?? state,
          value,
          colour: STATE_COLOURS[state] ?? "",
        }))
        .sort(fallen),
      reasons: [...codes]
        .map(([code, value]) => ({
          name: `${code} ${find(`errcode.${code}`) ?? ""}`.trim(),
          value,
          colour: STATE_COLOURS.failed ?? "",
        }))
        .sort(fallen),
    };
  }, [found, t, find, percent]);
  return (
    <>
      <div className="grid-3">
        {found.at.map((at) => (
          <section className="card figure" key={at.days}>
            <h2>{t("ui.outcome.retention_at", { days: at.days })}</h2>
            <b>{percent(at.rate)}</b>
            <Fates at={at} />
          </section>
        ))}
      </div>
      <div className="grid-2">
        <Chart
          kind="columns"
          title={t("ui.outcome.chart.retention")}
          told={t("ui.outcome.definition")}
          bars={kept}
        />
        <Chart
          kind="bars"
          title={t("ui.outcome.chart.funnel")}
          told={t("ui.outcome.chart.funnel.told")}
          bars={funnel}
        />
        {reasons.length > 0 && (
          <Chart
            kind="bars"
            title={t("ui.outcome.chart.reasons")}
            told={t("ui.outcome.chart.reasons.told")}
            bars={reasons}
          />
        )}
      </div>
    </>
  );
}

function Fates(props: { at: RetentionAt }) {
  const { t, number } = useText();
  const { at } = props;
  const parts = (["retained", "lost", "passed_on", "too_early", "unknown"] as const).filter(
    (part) => at[part] > 0,
  );
  const wordOf = (part: (typeof parts)[number]) =>
    part === "too_early" ? t("ui.outcome.too_early.short") : t(`ui.outcome.${part}`);
  return (
    <p className="soft small" style={{ margin: 0 }}>
      {parts.map((part) => `${wordOf(part)} ${number(at[part])}`).join(" · ") || "–"}
    </p>
  );
}

function Lines(props: { outcome: Outcome }) {
  const { t, find, number } = useText();
  const { outcome: found } = props;
  const isRule = found.by === "rule";
  const nameOf = (line: OutcomeLine) =>
    isRule
      ? ruleName(find, line.name || (find(`ui.reason.${line.key}`) ?? line.key))
      : line.name || line.key;
  const searchOf = (line: OutcomeLine) =>
    found.by === "successor"
      ? { state: "taken_over", successor: line.key }
      : { state: "taken_over" };
  return (
    <section className="card">
      <h2>{t(`ui.outcome.by.${BY.find((one) => one === found.by) ?? "leaver"}`)}</h2>
      {found.lines.length === 0 ? (
        <Nothing told={t("ui.outcome.none_taken")} />
      ) : (
        <Wide label={t("ui.outcome.by")}>
          <Table<OutcomeLine>
            size="small"
            rowKey={(line) => `${line.key} ${line.name}`}
            pagination={found.lines.length > 20 ? { pageSize: 20, size: "small" } : false}
            dataSource={found.lines}
            columns={[
              {
                key: "name",
                title: t(isRule ? "ui.outcome.rule" : "ui.leaver.name"),
                render: (_, line) => nameOf(line),
              },
              {
                key: "taken",
                title: t("ui.outcome.taken_over"),
                align: "right",
                className: "number",
                render: (_, line) => number(line.taken_over),
              },
              ...found.at.map((at, index) => ({
                key: String(at.days),
                title: t("ui.outcome.day", { days: at.days }),
                align: "right" as const,
                className: "number",
                render: (_: unknown, line: OutcomeLine) => <Cell at={line.at[index]} />,
              })),
              {
                key: "rows",
                title: t("ui.outcome.rows"),
                render: (_, line) => (
                  <Link
                    to="/handovers/$id"
                    params={{ id: line.last_handover_id }}
                    search={searchOf(line)}
                    aria-label={t("ui.outcome.rows_of", { name: nameOf(line) })}
                  >
                    {t("ui.outcome.last_handover")}
                  </Link>
                ),
              },
            ]}
          />
        </Wide>
      )}
    </section>
  );
}

function Cell(props: { at: RetentionAt | undefined }) {
  const { t, number } = useText();
  const percent = usePercent();
  const { at } = props;
  if (!at || at.rate === null) {
    return <span className="soft">{at?.too_early ? t("ui.outcome.too_early.short") : "–"}</span>;
  }
  return (
    <>
      {percent(at.rate)}{" "}
      <span className="soft small">
        {number(at.retained)} / {number(at.retained + at.lost)}
      </span>
    </>
  );
}
