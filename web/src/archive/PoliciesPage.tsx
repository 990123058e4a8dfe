/** The versions of the archive's policy: saved, simulated, put in force. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Table, Tag, Tooltip } from "antd";
import { useState } from "react";
import { archive } from "../api/calls";
import type { ArchiveCondition, ArchivePolicy, PolicyTally } from "../api/contract";
import { useText } from "../app/appearance";
import { Moment } from "../elements/Moment";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, Nothing, useTold } from "../elements/Problems";
import { Wide } from "../elements/Wide";
import { useMay } from "../session/session";
import { ConditionTold } from "./Condition";
import { PolicyForm } from "./PolicyForm";
import { size } from "./thread";
import { Who } from "./Who";

const KEY = ["archive", "policies"];

export function PoliciesPage() {
  return (
    <Needs act="archive.status">
      <Policies />
    </Needs>
  );
}

function Policies() {
  const { t } = useText();
  const mayManage = useMay("archive.manage");
  const [from, setFrom] = useState<ArchivePolicy | "new" | null>(null);
  const asked = useQuery({
    queryKey: KEY,
    queryFn: archive.policies,
    // While something is counted or applied.
    refetchInterval: (query) => (query.state.data?.items.some(isBusy) ? 1_000 : 30_000),
  });
  return (
    <PageFrame
      title={t("ui.menu.archive_policies")}
      told={t("ui.archive.policies.told")}
      crumbs={[{ title: t("ui.menu.archive") }, { title: t("ui.menu.archive_policies") }]}
      action={
        mayManage && (
          <Button type="primary" onClick={() => setFrom("new")}>
            {t("ui.archive.policy.new")}
          </Button>
        )
      }
    >
      <Loaded of={asked} lines={4}>
        {(page) =>
          page.items.length === 0 ? (
            <section className="card">
              <Nothing told={t("ui.archive.policies.none")} />
            </section>
          ) : (
            <div className="stack">
              {page.items.map((one) => (
                <Version key={one.id} of={one} onCopy={() => setFrom(one)} mayManage={mayManage} />
              ))}
            </div>
          )
        }
      </Loaded>
      {from && <PolicyForm from={from === "new" ? null : from} onClose={() => setFrom(null)} />}
    </PageFrame>
  );
}

function isBusy(one: ArchivePolicy): boolean {
  return one.is_being_applied || one.simulation?.finished_at === null;
}

function Version(props: { of: ArchivePolicy; onCopy: () => void; mayManage: boolean }) {
  const { t } = useText();
  const told = useTold();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const { of: one } = props;
  const renew = () => queries.invalidateQueries({ queryKey: KEY });
  const onError = (error: unknown) => void message.error(told(error));
  const simulate = useMutation({
    mutationFn: () => archive.simulatePolicy(one.id),
    onSuccess: renew,
    onError,
  });
  const activate = useMutation({
    mutationFn: () => archive.activatePolicy(one.id),
    onSuccess: renew,
    onError,
  });
  const isSimulated = Boolean(one.simulation?.finished_at);
  const ask = () =>
    modal.confirm({
      title: t("ui.archive.policy.activate.ask", { version: one.version }),
      width: 560,
      content: <Foretold of={one} />,
      okText: t("ui.archive.policy.activate"),
      okButtonProps: { danger: true },
      onOk: () => activate.mutateAsync().catch(() => undefined),
    });
  const title = `${t("ui.archive.policy.version", { version: one.version })} ${one.name}`;
  return (
    <section className="card" aria-label={title}>
      <div className="row spread">
        <h2 className="grow breaking" style={{ margin: 0, fontSize: 15 }}>
          {title}{" "}
          {one.is_active && (
            <Tag color={one.is_being_applied ? "processing" : "success"}>
              {t(one.is_being_applied ? "ui.archive.policy.applying" : "ui.archive.policy.active")}
            </Tag>
          )}
        </h2>
        {props.mayManage && (
          <div className="row">
            <Button size="small" onClick={props.onCopy}>
              {t("ui.archive.policy.copy")}
            </Button>
            <Button
              size="small"
              loading={simulate.isPending || one.simulation?.finished_at === null}
              onClick={() => simulate.mutate()}
            >
              {t("ui.archive.policy.simulate")}
            </Button>
            <Tooltip title={isSimulated ? undefined : t("ui.archive.policy.simulate.first")}>
              <Button
                size="small"
                type="primary"
                disabled={!isSimulated || one.is_active}
                loading={activate.isPending}
                onClick={ask}
              >
                {t("ui.archive.policy.activate")}
              </Button>
            </Tooltip>
          </div>
        )}
      </div>
      <p className="soft">
        {t("ui.archive.policy.saved")} <Moment at={one.saved_at} /> (
        <Who of={one.saved_by} name={one.saved_by_name} />)
        {one.simulation?.finished_at && (
          <>
            {" · "}
            {t("ui.archive.policy.simulated")} <Moment at={one.simulation.finished_at} />
          </>
        )}
        {one.activated_by && (
          <>
            {" · "}
            {t("ui.archive.policy.activated")} <Moment at={one.activated_at} /> (
            <Who of={one.activated_by} name={one.activated_by_name} />)
          </>
        )}
      </p>
      <Rules of={one} />
    </section>
  );
}

/** What putting a version in force would remove, as the simulation counted it. */
function Foretold(props: { of: ArchivePolicy }) {
  const { t, exact } = useText();
  const { simulation } = props.of;
  const all = simulation?.all;
  return (
    <>
      <p>
        <strong>
          {t("ui.archive.policy.activate.deletes", {
            messages: (all?.skipped ?? 0) + (all?.expired ?? 0),
            files: all?.files_deleted ?? 0,
          })}
        </strong>{" "}
        {t("ui.archive.policy.activate.masks", {
          masked: all?.masked ?? 0,
          held: all?.held ?? 0,
        })}
      </p>
      {simulation?.finished_at && (
        <p className="soft small">
          {t("ui.archive.policy.activate.counted", { at: exact(simulation.finished_at) })}
        </p>
      )}
      {Boolean(all?.masked_from_now_on) && (
        <p>{t("ui.archive.policy.activate.readable", { count: all?.masked_from_now_on ?? 0 })}</p>
      )}
      <p>{t("ui.archive.policy.activate.told")}</p>
    </>
  );
}

interface Row {
  key: string;
  name: string;
  /** Absent for what no rule is for. */
  when?: ArchiveCondition;
  treatment: ArchivePolicy["policy"]["default"];
  tally: PolicyTally | undefined;
}

function Rules(props: { of: ArchivePolicy }) {
  const { t, number } = useText();
  const { policy, simulation, version } = props.of;
  const of = (place: number) => simulation?.by_rule.find((one) => one.rule === place)?.tally;
  const rows: Row[] = (policy.rules ?? []).map((rule, place) => ({
    key: `${place} ${rule.name}`,
    name: rule.name,
    when: rule.when ?? {},
    treatment: rule.then,
    tally: of(place),
  }));
  rows.push({
    key: "default",
    name: t("ui.archive.policy.default"),
    treatment: policy.default,
    tally: simulation?.by_default,
  });
  const figure = (
    title: string,
    pick: (tally: PolicyTally) => number,
    bytes?: (tally: PolicyTally) => number,
  ) => ({
    title,
    align: "right" as const,
    className: "number",
    onHeaderCell: () => ({ style: { minWidth: 72 } }),
    render: (_: unknown, row: Row) =>
      simulation ? (
        <>
          {number(row.tally ? pick(row.tally) : 0)}
          {bytes && row.tally && <div className="soft small">{size(bytes(row.tally))}</div>}
        </>
      ) : (
        "–"
      ),
  });
  return (
    <Wide label={`${t("ui.archive.policy.rules")} ${t("ui.archive.policy.version", { version })}`}>
      <Table<Row>
        size="small"
        pagination={false}
        rowKey="key"
        dataSource={rows}
        columns={[
          {
            title: t("ui.archive.policy.rule"),
            render: (_, row) => <span className="breaking">{row.name}</span>,
          },
          {
            title: t("ui.archive.policy.when"),
            onHeaderCell: () => ({ style: { minWidth: 170 } }),
            render: (_, row) => (row.when ? <ConditionTold of={row.when} /> : "–"),
          },
          {
            title: t("ui.archive.policy.treatment"),
            render: (_, row) => <Treatment of={row.treatment} />,
          },
          figure(
            t("ui.archive.tally.messages"),
            (one) => one.messages,
            (one) => one.bytes,
          ),
          figure(
            t("ui.archive.tally.stay"),
            (one) => one.kept + one.masked + one.masked_from_now_on,
          ),
          figure(
            t("ui.archive.tally.deleted"),
            (one) => one.skipped + one.expired,
            (one) => one.bytes_deleted,
          ),
          figure(t("ui.archive.tally.held"), (one) => one.held),
          figure(t("ui.archive.tally.files_deleted"), (one) => one.files_deleted),
          figure(t("ui.archive.tally.over_30"), (one) => one.over_in_30_days),
          figure(t("ui.archive.tally.over_90"), (one) => one.over_in_90_days),
          figure(t("ui.archive.tally.over_365"), (one) => one.over_in_365_days),
        ]}
      />
    </Wide>
  );
}

function Treatment(props: { of: Row["treatment"] }) {
  const { t, number } = useText();
  const { keep, media, days } = props.of;
  const parts = [t(`ui.archive.keep.${keep}`)];
  if (keep !== "skip") {
    parts.push(
      days ? t("ui.archive.keep.days", { days: number(days) }) : t("ui.archive.keep.ever"),
    );
    if (!media) parts.push(t("ui.archive.keep.no_files"));
  }
  return <span className="breaking">{parts.join(" · ")}</span>;
}
