import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import type { LeaverDetail } from "../../api/contract";
import { useText } from "../../app/appearance";
import { type Bar, Chart } from "../../elements/Chart";

const route = getRouteApi("/leavers/$userid");
const MOST = 10;

/** What kind of customers these are, before deciding who should have them. */
export function LeaverCharts(props: { leaver: LeaverDetail }) {
  const { t, find } = useText();
  const { leaver } = props;
  const navigate = route.useNavigate();
  const { tags, regions, months, ways } = useMemo(
    () => ({
      tags: leaver.tags.slice(0, MOST).map((tag) => ({ name: tag.name, value: tag.count })),
      regions: leaver.regions.slice(0, MOST).map((one) => ({ name: one.name, value: one.count })),
      months: leaver.added_by_month
        .slice(-24)
        .map((one) => ({ name: one.month, value: one.count })),
      ways: leaver.add_ways.slice(0, MOST).map((one) => ({
        name: find(`ui.add_way.${one.add_way}`) ?? String(one.add_way),
        value: one.count,
      })),
    }),
    [leaver, find],
  );
  const openTag = useMemo(
    () => (bar: Bar) => {
      const tag = leaver.tags.find((one) => one.name === bar.name);
      if (tag) void navigate({ search: { tab: "customers", tag: tag.id } });
    },
    [leaver.tags, navigate],
  );
  return (
    <div className="grid-2">
      <Chart
        kind="bars"
        title={t("ui.leaver.chart.tags")}
        told={t("ui.leaver.chart.tags.told")}
        bars={tags}
        onPick={openTag}
      />
      <Chart
        kind="bars"
        title={t("ui.leaver.chart.regions")}
        told={t("ui.leaver.chart.regions.told")}
        bars={regions}
      />
      <Chart
        kind="columns"
        title={t("ui.leaver.chart.months")}
        told={t("ui.leaver.chart.months.told")}
        bars={months}
      />
      <Chart
        kind="bars"
        title={t("ui.leaver.chart.ways")}
        told={t("ui.leaver.chart.ways.told")}
        bars={ways}
      />
    </div>
  );
}
