/** What was done and learned in a handover: many rows at once as one line that opens. */

import { DownloadOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Button, DatePicker, Select, Table } from "antd";
import dayjs from "dayjs";
import { handovers } from "../../api/calls";
import type { Handover, RecordLine, Step } from "../../api/contract";
import { useText } from "../../app/appearance";
import type { Text } from "../../app/text";
import { Moment } from "../../elements/Moment";
import { Loaded, Nothing } from "../../elements/Problems";
import { useMay } from "../../session/session";

const route = getRouteApi("/handovers/$id");
/** Steps that an opened line shows at a time. */
const OPENED = 100;

function useFilter() {
  const { step, outcome, actor, from, until } = route.useSearch();
  return { step, outcome, actor, from, until };
}

export function RecordOfHandover(props: { handover: Handover }) {
  const text = useText();
  const { t } = text;
  const { id } = props.handover;
  const filter = useFilter();
  const mayExport = useMay("handover.export");
  const asked = useInfiniteQuery({
    queryKey: ["handovers", "record", id, filter],
    queryFn: ({ pageParam, signal }) =>
      handovers.record(id, { ...filter, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  return (
    <section className="card">
      <div className="row spread" style={{ marginBottom: 8 }}>
        <h2 className="card-title" style={{ margin: 0 }}>
          {t("ui.record.title")}
        </h2>
        {mayExport && (
          <span className="row">
            {(["csv", "xlsx"] as const).map((format) => (
              <Button
                key={format}
                size="small"
                icon={<DownloadOutlined />}
                href={handovers.recordAddress(id, filter, format)}
                download
              >
                {t(format === "csv" ? "ui.record.csv" : "ui.record.xlsx")}
              </Button>
            ))}
          </span>
        )}
      </div>
      <p className="soft small" style={{ marginTop: 0 }}>
        {t("ui.record.told")}
      </p>
      <Filters id={id} />
      <Loaded of={asked}>
        {(data) => {
          const lines = data.pages.flatMap((page) => page.items);
          if (lines.length === 0) return <Nothing told={t("ui.table.no_match")} />;
          return (
            <>
              <Lines id={id} lines={lines} />
              {asked.hasNextPage && (
                <Button
                  style={{ marginTop: 12 }}
                  loading={asked.isFetchingNextPage}
                  onClick={() => void asked.fetchNextPage()}
                >
                  {t("ui.more")}
                </Button>
              )}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

function Filters(props: { id: string }) {
  const text = useText();
  const { t } = text;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const known = useQuery({
    queryKey: ["handovers", "record-values", props.id],
    queryFn: () => handovers.recordValues(props.id),
  });
  const set = (part: Partial<ReturnType<typeof useFilter>>) =>
    void navigate({ replace: true, resetScroll: false, search: (old) => ({ ...old, ...part }) });
  const select = (
    name: "step" | "outcome" | "actor",
    options: { value: string; label: string }[],
  ) => (
    <Select<string>
      allowClear
      style={{ width: 180 }}
      aria-label={t(`ui.record.${name}`)}
      placeholder={t(`ui.record.${name}`)}
      value={search[name] as string}
      options={options}
      onChange={(value) => set({ [name]: value })}
    />
  );
  const values = known.data;
  return (
    <div className="filters">
      {select(
        "step",
        (values?.steps ?? []).map((value) => ({ value, label: stepWord(text, value) })),
      )}
      {select(
        "outcome",
        (values?.outcomes ?? []).map((value) => ({ value, label: outcomeWord(text, value) })),
      )}
      {select(
        "actor",
        (values?.actors ?? []).map((one) => ({
          value: one.actor,
          label: actorWord(text, one.actor, one.name),
        })),
      )}
      <DatePicker.RangePicker
        showTime
        allowEmpty={[true, true]}
        value={[
          search.from ? dayjs.unix(search.from) : null,
          search.until ? dayjs.unix(search.until) : null,
        ]}
        onChange={(picked) => set({ from: picked?.[0]?.unix(), until: picked?.[1]?.unix() })}
      />
    </div>
  );
}

function Lines(props: { id: string; lines: RecordLine[] }) {
  const text = useText();
  const { t, number } = text;
  return (
    <Table<RecordLine>
      size="middle"
      pagination={false}
      rowKey="key"
      dataSource={props.lines}
      scroll={{ x: 720 }}
      expandable={{
        expandedRowRender: (line) => <Opened id={props.id} line={line} />,
        rowExpandable: (line) => line.steps > 1,
        columnTitle: t("ui.record.expand"),
        columnWidth: 72,
      }}
      columns={[
        {
          key: "at",
          title: t("ui.record.at"),
          width: 200,
          render: (_, line) => <Moment exact at={line.last_at} />,
        },
        {
          key: "step",
          title: t("ui.record.step"),
          render: (_, line) => stepWord(text, line.step),
        },
        {
          key: "outcome",
          title: t("ui.record.outcome"),
          render: (_, line) => outcomeWord(text, line.outcome),
        },
        {
          key: "rows",
          title: t("ui.record.rows"),
          width: 110,
          align: "right",
          className: "number",
          render: (_, line) =>
            line.row_no === null && line.steps === 1 ? (
              <span className="soft">{t("ui.record.whole")}</span>
            ) : (
              number(line.steps)
            ),
        },
        {
          key: "calls",
          title: t("ui.record.calls"),
          width: 90,
          align: "right",
          className: "number",
          render: (_, line) => number(line.calls),
        },
        {
          key: "actor",
          title: t("ui.record.actor"),
          width: 140,
          render: (_, line) => actorWord(text, line.actor, line.actor_name),
        },
        {
          key: "row",
          title: t("ui.act"),
          width: 90,
          render: (_, line) => line.row_no !== null && <OpenRow row={line.row_no} />,
        },
      ]}
    />
  );
}

/** The steps a line stands for. */
function Opened(props: { id: string; line: RecordLine }) {
  const text = useText();
  const { t } = text;
  const { step, outcome, actor, from, until } = props.line;
  const asked = useInfiniteQuery({
    queryKey: ["handovers", "record-line", props.id, props.line.key],
    queryFn: ({ pageParam, signal }) => {
      const query = { step, outcome, actor, from, until, cursor: pageParam, limit: OPENED };
      return handovers.steps(props.id, query, signal);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  return (
    <Loaded of={asked} lines={2}>
      {(data) => (
        <>
          <ul className="legend" style={{ listStyle: "none" }}>
            {data.pages
              .flatMap((page) => page.items)
              .map((one: Step) => (
                <li key={one.row_no ?? "whole"}>
                  {one.row_no === null ? (
                    t("ui.record.whole")
                  ) : (
                    <OpenRow row={one.row_no} numbered />
                  )}
                </li>
              ))}
          </ul>
          {asked.hasNextPage && (
            <Button
              size="small"
              loading={asked.isFetchingNextPage}
              onClick={() => void asked.fetchNextPage()}
            >
              {t("ui.more")}
            </Button>
          )}
        </>
      )}
    </Loaded>
  );
}

function OpenRow(props: { row: number; numbered?: boolean }) {
  const { t } = useText();
  const navigate = route.useNavigate();
  return (
    <button
      type="button"
      className="as-link"
      aria-label={t("ui.record.open_row", { row: props.row })}
      onClick={() =>
        void navigate({
          replace: true,
          resetScroll: false,
          search: (old) => ({ ...old, row: props.row }),
        })
      }
    >
      {props.numbered ? `#${props.row}` : t("ui.open")}
    </button>
  );
}

function stepWord({ find }: Text, step: string): string {
  return find(`ui.step.${step}`) ?? step;
}

function outcomeWord({ find }: Text, outcome: string): string {
  return find(`ui.outcome_word.${outcome}`) ?? find(`state.${outcome}`) ?? outcome;
}

function actorWord({ find }: Text, actor: string, name: string | null): string {
  return name || (find(`ui.actor.${actor}`) ?? actor);
}
