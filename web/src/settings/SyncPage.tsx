import { SyncOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Progress, Table } from "antd";
import { sync } from "../api/calls";
import type { SyncRun } from "../api/contract";
import { useText } from "../app/appearance";
import { Moment } from "../elements/Moment";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, Nothing, useTold } from "../elements/Problems";
import { StateMark } from "../elements/StateMark";
import { Wide } from "../elements/Wide";
import { useMay } from "../session/session";

export function SyncPage() {
  return (
    <Needs act="sync.view">
      <Sync />
    </Needs>
  );
}

function Sync() {
  const { t } = useText();
  const told = useTold();
  const queries = useQueryClient();
  const asked = useQuery({
    queryKey: ["sync", "runs"],
    queryFn: sync.runs,
    refetchInterval: (query) =>
      query.state.data?.items.some((run) => !run.finished_at) ? 1_500 : 20_000,
  });
  const start = useMutation({
    mutationFn: sync.start,
    onSettled: () => queries.invalidateQueries({ queryKey: ["sync"] }),
  });
  const mayRun = useMay("sync.run");
  const running = asked.data?.items.find((run) => !run.finished_at);
  return (
    <PageFrame
      title={t("ui.menu.sync")}
      told={t("ui.sync.told")}
      crumbs={[{ title: t("ui.menu.settings") }, { title: t("ui.menu.sync") }]}
      action={
        mayRun && (
          <Button
            type="primary"
            icon={<SyncOutlined />}
            loading={start.isPending}
            disabled={Boolean(running)}
            onClick={() => start.mutate()}
          >
            {t("ui.sync.start")}
          </Button>
        )
      }
    >
      <div className="stack">
        {start.error && <Alert type="error" showIcon title={told(start.error)} />}
        {running && <Running run={running} />}
        <section className="card">
          <h2>{t("ui.sync.runs")}</h2>
          <Loaded of={asked}>
            {(data) =>
              data.items.length === 0 ? (
                <Nothing told={t("ui.sync.empty")} />
              ) : (
                <Runs runs={data.items} />
              )
            }
          </Loaded>
        </section>
      </div>
    </PageFrame>
  );
}

function Running(props: { run: SyncRun }) {
  const { t, find, number } = useText();
  const { progress } = props.run;
  const total = progress.total ?? 0;
  const share = total > 0 ? Math.floor((progress.done / total) * 100) : 0;
  return (
    <section className="card" aria-live="polite">
      <h2>{t("ui.sync.running")}</h2>
      <div className="row spread small">
        <span>{find(`ui.sync.step.${progress.step}`) ?? progress.step}</span>
        <span className="soft">
          {number(progress.done)}
          {total > 0 && ` / ${number(total)}`}
        </span>
      </div>
      <Progress
        percent={share}
        status="active"
        showInfo={total > 0}
        aria-label={t("ui.sync.running")}
      />
    </section>
  );
}

function Runs(props: { runs: SyncRun[] }) {
  const { t, find, number } = useText();
  const sums = (of: Record<string, number>) =>
    Object.entries(of)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${find(`ui.sync.count.${name}`) ?? name} ${number(count)}`)
      .join(" · ") || "–";
  return (
    <Wide label={t("ui.sync.runs")}>
      <Table<SyncRun>
        size="middle"
        rowKey="id"
        pagination={false}
        dataSource={props.runs}
        columns={[
          { key: "at", title: t("ui.sync.at"), render: (_, run) => <Moment at={run.started_at} /> },
          {
            key: "kind",
            title: t("ui.sync.kind"),
            render: (_, run) => find(`ui.sync.kind.${run.kind}`) ?? run.kind,
          },
          {
            key: "state",
            title: t("ui.handover.state"),
            render: (_, run) => (
              <StateMark
                of="job"
                state={run.error ? "failed" : run.finished_at ? "done" : "running"}
              />
            ),
          },
          {
            key: "took",
            title: t("ui.sync.took"),
            align: "right",
            className: "number",
            render: (_, run) =>
              run.finished_at
                ? t("ui.seconds", { count: Math.max(0, run.finished_at - run.started_at) })
                : "–",
          },
          {
            key: "counts",
            title: t("ui.sync.read"),
            render: (_, run) => <span className="told">{sums(run.counts)}</span>,
          },
          {
            key: "repaired",
            title: t("ui.sync.repaired"),
            render: (_, run) => <span className="told">{run.error ?? sums(run.repaired)}</span>,
          },
        ]}
      />
    </Wide>
  );
}
