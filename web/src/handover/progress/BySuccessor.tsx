import { getRouteApi } from "@tanstack/react-router";
import { Table } from "antd";
import type { Handover, BySuccessor as Line } from "../../api/contract";
import { useText } from "../../app/appearance";
import { Moment } from "../../elements/Moment";
import { Nothing } from "../../elements/Problems";

import { Wide } from "../../elements/Wide";

const route = getRouteApi("/handovers/$id");

/** Who received what, and whether they were told. */
export function BySuccessor(props: { handover: Handover }) {
  const { t, number } = useText();
  const navigate = route.useNavigate();
  const lines = props.handover.by_successor;
  const count = (
    key: "customers" | "groups" | "taken_over" | "waiting" | "refused" | "failed",
    title: string,
  ) => ({
    key,
    dataIndex: key,
    title,
    align: "right" as const,
    className: "number",
    render: (value: number) => number(value ?? 0),
  });
  const show = (userid: string) =>
    void navigate({
      replace: true,
      resetScroll: false,
      search: (old) => ({ ...old, successor: userid }),
    });
  return (
    <section className="card">
      <h2>{t("ui.by_successor.title")}</h2>
      {lines.length === 0 ? (
        <Nothing told={t("ui.by_successor.empty")} />
      ) : (
        <Wide label={t("ui.by_successor.title")}>
          <Table<Line>
            size="small"
            rowKey="userid"
            pagination={lines.length > 10 ? { pageSize: 10, size: "small" } : false}
            dataSource={lines}
            columns={[
              {
                key: "name",
                title: t("ui.handover.successor"),
                render: (_, line) => (
                  <button type="button" className="as-link" onClick={() => show(line.userid)}>
                    {line.name || line.userid}
                  </button>
                ),
              },
              count("customers", t("ui.subject.customer")),
              count("groups", t("ui.subject.group")),
              count("taken_over", t("state.taken_over")),
              count("waiting", t("state.waiting")),
              count("refused", t("state.refused")),
              count("failed", t("state.failed")),
              {
                key: "notice",
                title: t("ui.by_successor.notice"),
                render: (_, line) =>
                  line.notice?.sent_at ? (
                    <Moment at={line.notice.sent_at} />
                  ) : (
                    <NoticeState line={line} />
                  ),
              },
            ]}
          />
        </Wide>
      )}
    </section>
  );
}

function NoticeState(props: { line: Line }) {
  const { find } = useText();
  const state = props.line.notice?.state ?? "none";
  return <span className="soft">{find(`ui.notice.${state}`) ?? state}</span>;
}
