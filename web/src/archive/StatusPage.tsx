/** Whether the archive is whole, and how long until something is lost. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Space, Table, Tag, Tooltip } from "antd";
import { Fragment, useMemo, useState } from "react";
import { archive } from "../api/calls";
import type { ArchiveStatus } from "../api/contract";
import { useText } from "../app/appearance";
import { STATE_COLOURS } from "../app/theme";
import { Chart } from "../elements/Chart";
import { LinkButton } from "../elements/LinkButton";
import { Moment } from "../elements/Moment";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, Nothing, useTold } from "../elements/Problems";
import { Wide } from "../elements/Wide";
import { useMay } from "../session/session";
import { CorpKeys } from "./CorpKeys";
import { useFileReason } from "./fileReason";
import { Keys } from "./Keys";
import { Roster } from "./Roster";

/** Types of messages shown by themselves at first. */
const MOST_KINDS = 9;

export function StatusPage() {
  return (
    <Needs act="archive.status">
      <Status />
    </Needs>
  );
}

function Status() {
  const { t } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const mayManage = useMay("archive.manage");
  const asked = useQuery({
    queryKey: ["archive", "status"],
    queryFn: archive.status,
    refetchInterval: 10_000,
  });
  const pull = useMutation({
    mutationFn: archive.pull,
    onSuccess: () => {
      void message.success(t("ui.archive.pull.asked"));
      return queries.invalidateQueries({ queryKey: ["archive", "status"] });
    },
    onError: (error) => void message.error(told(error)),
  });
  return (
    <PageFrame
      title={t("ui.menu.archive_status")}
      told={t("ui.archive.status.told")}
      crumbs={[{ title: t("ui.menu.archive") }, { title: t("ui.menu.archive_status") }]}
      action={
        mayManage &&
        asked.data &&
        asked.data.standing !== "off" && (
          <Button type="primary" loading={pull.isPending} onClick={() => pull.mutate()}>
            {t("ui.archive.pull")}
          </Button>
        )
      }
    >
      <Loaded of={asked}>{(status) => <Told status={status} />}</Loaded>
    </PageFrame>
  );
}

const TONES = {
  off: "info",
  not_started: "info",
  current: "success",
  behind: "warning",
  urgent: "error",
  losing: "error",
} as const;

function Told(props: { status: ArchiveStatus }) {
  const { status } = props;
  if (status.standing === "off") {
    return (
      <div className="stack">
        <Off status={status} />
        <Keys />
        <CorpKeys />
      </div>
    );
  }
  return (
    <div className="stack">
      <Banner status={status} />
      <LastError status={status} />
      <Figures status={status} />
      <Parked status={status} />
      <LeftOut status={status} />
      <div className="grid-2">
        <Kinds status={status} />
        <Files status={status} />
      </div>
      <Gaps status={status} />
      <Roster />
      <Library status={status} />
      <Expiry status={status} />
      <Keys />
      <CorpKeys />
    </div>
  );
}

function Expiry(props: { status: ArchiveStatus }) {
  const { t, number } = useText();
  const run = props.status.retention;
  return (
    <section className="card">
      <h2 style={{ margin: "0 0 8px", fontSize: 15 }}>{t("ui.archive.retention")}</h2>
      {run ? (
        <p style={{ margin: 0 }}>
          <Moment at={run.finished_at ?? run.started_at} />{" "}
          {t("ui.archive.retention.told", {
            messages: number(run.messages),
            files: number(run.files),
            held: number(run.held),
          })}
        </p>
      ) : (
        <p className="soft" style={{ margin: 0 }}>
          {t("ui.archive.retention.never")}
        </p>
      )}
    </section>
  );
}

function Off(props: { status: ArchiveStatus }) {
  const { t } = useText();
  const { library_set, secret_set } = props.status;
  const maySee = useMay("settings.view");
  return (
    <Alert
      type="info"
      showIcon
      title={t("ui.archive.standing.off")}
      description={
        <>
          <p>{t("ui.archive.standing.off.told")}</p>
          <ul>
            {!secret_set && <li>{t("ui.archive.off.secret")}</li>}
            {!library_set && <li>{t("ui.archive.off.library")}</li>}
          </ul>
          {maySee && <LinkButton to="/settings/wecom">{t("ui.menu.wecom")}</LinkButton>}
        </>
      }
    />
  );
}

function Banner(props: { status: ArchiveStatus }) {
  const { t } = useText();
  const { standing, hours_left, caught_up_at } = props.status;
  return (
    <Alert
      type={TONES[standing]}
      showIcon
      title={t(`ui.archive.standing.${standing}`)}
      description={
        <>
          {t(`ui.archive.standing.${standing}.told`)}{" "}
          {hours_left !== null && t("ui.archive.hours_left", { count: hours_left })}{" "}
          {caught_up_at !== null && (
            <span>
              {t("ui.archive.caught_up")} <Moment at={caught_up_at} />
            </span>
          )}
        </>
      }
    />
  );
}

function LastError(props: { status: ArchiveStatus }) {
  const { t, find } = useText();
  const { last_error, last_error_at, last_page_at } = props.status;
  if (!last_error) return null;
  const isPast = (last_page_at ?? 0) > (last_error_at ?? 0);
  return (
    <Alert
      type={isPast ? "info" : "warning"}
      showIcon
      title={t(isPast ? "ui.archive.failure.past" : "ui.archive.failure")}
      description={
        <>
          {find(`archive.failure.${last_error}`) ??
            find(`errcode.${last_error}`) ??
            t("ui.archive.failure.number", { code: last_error })}{" "}
          <span className="mono">{last_error}</span> · <Moment at={last_error_at} />
        </>
      }
    />
  );
}

function Figures(props: { status: ArchiveStatus }) {
  const { t, number } = useText();
  const { status } = props;
  const figures = [
    ["messages", status.messages],
    ["rows", status.rows],
    ["waiting", status.new_rows],
    ["holes", status.holes],
  ] as const;
  return (
    <div className="grid-4">
      {figures.map(([name, value]) => (
        <section className="card figure" key={name}>
          <div className="soft">{t(`ui.archive.figure.${name}`)}</div>
          <b>{number(value)}</b>
          <div className="soft small">{t(`ui.archive.figure.${name}.told`)}</div>
        </section>
      ))}
    </div>
  );
}

function Parked(props: { status: ArchiveStatus }) {
  const { t, find, number } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const mayManage = useMay("archive.manage");
  const { parked } = props.status;
  const retry = useMutation({
    mutationFn: archive.retry,
    onSuccess: () => {
      void message.success(t("ui.archive.parked.retried"));
      return queries.invalidateQueries({ queryKey: ["archive", "status"] });
    },
    onError: (error) => void message.error(told(error)),
  });
  const know = useMutation({
    mutationFn: archive.know,
    onSuccess: () => queries.invalidateQueries({ queryKey: ["archive", "status"] }),
    onError: (error) => void message.error(told(error)),
  });
  const again = {
    title: t("ui.act"),
    width: 200,
    render: (_: unknown, row: (typeof parked)[number]) => (
      <Space>
        <Button
          size="small"
          loading={retry.isPending && retry.variables === row.reason}
          onClick={() => retry.mutate(row.reason)}
        >
          {t("ui.archive.parked.retry")}
        </Button>
        {!row.is_known && (
          <Tooltip title={t("ui.archive.parked.know.told")}>
            <Button
              size="small"
              type="text"
              loading={know.isPending && know.variables === row.reason}
              onClick={() => know.mutate(row.reason)}
            >
              {t("ui.archive.parked.know")}
            </Button>
          </Tooltip>
        )}
      </Space>
    ),
  };
  return (
    <section className="card">
      <h2>{t("ui.archive.parked")}</h2>
      {parked.length === 0 ? (
        <Nothing told={t("ui.archive.parked.none")} />
      ) : (
        <Wide label={t("ui.archive.parked")}>
          <Table
            size="middle"
            pagination={false}
            rowKey={(row) => `${row.reason} ${row.version}`}
            dataSource={parked}
            columns={[
              {
                title: t("ui.archive.parked.reason"),
                render: (_, row) => (
                  <>
                    <div>
                      {find(`archive.parked.${row.reason}`) ?? row.reason}{" "}
                      {row.is_known && <Tag>{t("ui.archive.parked.known")}</Tag>}
                    </div>
                    <small className="soft">{find(`archive.parked.${row.reason}.fix`)}</small>
                  </>
                ),
              },
              { title: t("ui.archive.key.version"), width: 100, dataIndex: "version" },
              {
                title: t("ui.archive.parked.rows"),
                width: 110,
                align: "right",
                render: (_, row) => number(row.rows),
              },
              {
                title: t("ui.archive.parked.oldest"),
                width: 150,
                render: (_, row) => <Moment at={row.oldest} />,
              },
              ...(mayManage ? [again] : []),
            ]}
          />
        </Wide>
      )}
    </section>
  );
}

/** What was delivered and is not here, as it was not to be kept. */
function LeftOut(props: { status: ArchiveStatus }) {
  const { t, number } = useText();
  const { left_out } = props.status;
  if (left_out.length === 0) return null;
  return (
    <section className="card">
      <h2>{t("ui.archive.left_out")}</h2>
      <Wide label={t("ui.archive.left_out")}>
        <Table
          size="middle"
          pagination={false}
          rowKey="reason"
          dataSource={left_out}
          columns={[
            {
              title: t("ui.archive.left_out.reason"),
              render: (_, row) => t(`ui.archive.left_out.reason.${row.reason}`),
            },
            {
              title: t("ui.archive.parked.rows"),
              width: 110,
              align: "right",
              render: (_, row) => number(row.rows),
            },
          ]}
        />
      </Wide>
    </section>
  );
}

function Kinds(props: { status: ArchiveStatus }) {
  const { t, find } = useText();
  const { kinds } = props.status;
  const [isWhole, setWhole] = useState(false);
  const sorted = useMemo(
    () => [...kinds].sort((one, other) => other.messages - one.messages),
    [kinds],
  );
  // What is not known is always shown.
  const rare = useMemo(() => sorted.slice(MOST_KINDS).filter((one) => one.known), [sorted]);
  const isLong = rare.length > 1;
  const bars = useMemo(() => {
    const shown = isLong && !isWhole ? sorted.filter((one) => !rare.includes(one)) : sorted;
    const others = sorted.length - shown.length;
    return [
      ...shown.map((one) => ({
        name: one.known
          ? (find(`archive.kind.${one.kind}`) ?? one.kind)
          : t("archive.kind.unknown_type", { kind: one.kind }),
        value: one.messages,
        ...(one.known ? {} : { colour: STATE_COLOURS.postponed ?? "" }),
      })),
      ...(others > 0
        ? [
            {
              name: t("ui.archive.kinds.others", { n: others }),
              value: rare.reduce((sum, one) => sum + one.messages, 0),
            },
          ]
        : []),
    ];
  }, [sorted, rare, isLong, isWhole, find, t]);
  return (
    <div>
      <Chart
        kind="bars"
        title={t("ui.archive.kinds")}
        told={t("ui.archive.kinds.told")}
        bars={bars}
        height={Math.max(160, bars.length * 26)}
      />
      {isLong && (
        <Button type="link" onClick={() => setWhole(!isWhole)}>
          {t(isWhole ? "ui.archive.kinds.fewer" : "ui.archive.kinds.all")}
        </Button>
      )}
    </div>
  );
}

function Files(props: { status: ArchiveStatus }) {
  const { t, number } = useText();
  const reasonTold = useFileReason();
  return (
    <section className="card">
      <h2>{t("ui.archive.files")}</h2>
      {props.status.files.length === 0 ? (
        <Nothing told={t("ui.archive.files.none")} />
      ) : (
        <Wide label={t("ui.archive.files")}>
          <Table
            size="middle"
            tableLayout="fixed"
            pagination={false}
            rowKey={(row) => `${row.state} ${row.reason ?? ""}`}
            dataSource={props.status.files}
            columns={[
              {
                title: t("ui.archive.files.state"),
                render: (_, row) => (
                  <>
                    {t(`ui.archive.file.state.${row.state}`)}
                    {row.reason && (
                      <small className="soft">
                        {" · "}
                        {reasonTold(row.reason)}
                      </small>
                    )}
                  </>
                ),
              },
              {
                title: t("ui.archive.files.count"),
                width: 100,
                align: "right",
                render: (_, row) => number(row.files),
              },
              {
                title: t("ui.archive.files.deadline"),
                width: 150,
                render: (_, row) =>
                  row.nearest_deadline ? <Moment at={row.nearest_deadline} planned /> : "–",
              },
            ]}
          />
        </Wide>
      )}
    </section>
  );
}

function Gaps(props: { status: ArchiveStatus }) {
  const text = useText();
  const { t } = text;
  const { gaps } = props.status;
  if (gaps.length === 0) return null;
  return (
    <section className="card">
      <h2>{t("ui.archive.gaps")}</h2>
      <p className="soft">{t("ui.archive.gaps.told")}</p>
      <ul>
        {gaps.map((gap) => (
          <li key={gap.from}>
            {text.exact(gap.from)} – {text.exact(gap.to)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Library(props: { status: ArchiveStatus }) {
  const { t, number } = useText();
  const { library } = props.status;
  if (!library) return null;
  const parts = ["starts", "crashes", "hangs", "garbage", "quarantined"] as const;
  return (
    <section className="card">
      <h2>{t("ui.archive.library")}</h2>
      <p className="soft">{t("ui.archive.library.told")}</p>
      <dl className="facts">
        {parts.map((part) => (
          <Fragment key={part}>
            <dt>{t(`ui.archive.library.${part}`)}</dt>
            <dd>{number(library[part])}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
