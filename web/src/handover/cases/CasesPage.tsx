import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Alert, Button, Modal, Segmented, Tag } from "antd";
import { useMemo, useState } from "react";
import { cases } from "../../api/calls";
import type { CaseSummary } from "../../api/contract";
import { useText } from "../../app/appearance";
import type { Text } from "../../app/text";
import { STATE_COLOURS } from "../../app/theme";
import { MemberSelect } from "../../elements/MemberSelect";
import { Moment, useNow } from "../../elements/Moment";
import { type Column, PagedTable } from "../../elements/PagedTable";
import { PageFrame } from "../../elements/PageFrame";
import { Needs, Nothing, useTold } from "../../elements/Problems";
import { Mark } from "../../elements/StateMark";
import { useMay } from "../../session/session";

const route = getRouteApi("/cases");

export function CasesPage() {
  return (
    <Needs act="case.view">
      <Cases />
    </Needs>
  );
}

function Cases() {
  const text = useText();
  const { t } = text;
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const mayManage = useMay("case.manage");
  const [opening, setOpening] = useState(false);
  const columns = useMemo(() => columnsOf(text), [text]);
  const shown = state === "closed" || state === "all" ? state : "open";
  return (
    <PageFrame
      title={t("ui.menu.cases")}
      told={t("ui.cases.told")}
      crumbs={[{ title: t("ui.menu.handover") }, { title: t("ui.menu.cases") }]}
      action={
        mayManage && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpening(true)}>
            {t("ui.cases.new")}
          </Button>
        )
      }
    >
      <div className="filters">
        <Segmented<string>
          aria-label={t("ui.cases.filter")}
          value={shown}
          options={[
            { value: "open", label: t("ui.cases.open") },
            { value: "closed", label: t("ui.cases.closed") },
            { value: "all", label: t("ui.all") },
          ]}
          onChange={(value) => void navigate({ search: { state: value } })}
        />
      </div>
      <PagedTable<CaseSummary>
        label={t("ui.menu.cases")}
        queryKey={["cases", "list", shown]}
        fetchPage={(cursor, signal) =>
          cases.list({ state: shown === "all" ? undefined : shown, cursor, limit: 100 }, signal)
        }
        columns={columns}
        rowKey={(row) => row.id}
        empty={<Nothing told={t("ui.cases.empty")} />}
      />
      <Modal
        open={opening}
        title={t("ui.cases.new")}
        footer={null}
        destroyOnHidden
        onCancel={() => setOpening(false)}
      >
        <NewCase />
      </Modal>
    </PageFrame>
  );
}

function columnsOf(text: Text): Column<CaseSummary>[] {
  const { t } = text;
  return [
    {
      key: "name",
      title: t("ui.cases.member"),
      width: 150,
      render: (row) => (
        <Link to="/cases/$id" params={{ id: row.id }}>
          {row.name || row.userid}
        </Link>
      ),
    },
    {
      key: "reason",
      title: t("ui.cases.reason"),
      width: 100,
      render: (row) => t(`ui.cases.reason.${row.reason as "left" | "disabled" | "manual"}`),
    },
    {
      key: "state",
      title: t("ui.handover.state"),
      width: 100,
      render: (row) => <CaseMark of={row} />,
    },
    {
      key: "progress",
      title: t("ui.cases.progress"),
      width: 170,
      render: (row) => (
        <>
          {row.items_done} / {row.items_total}
          {row.state === "open" && row.items_overdue > 0 && (
            <Tag color="error" style={{ marginInlineStart: 8 }}>
              {t("ui.cases.overdue", { count: row.items_overdue })}
            </Tag>
          )}
        </>
      ),
    },
    {
      key: "owner",
      title: t("ui.cases.owner"),
      width: 120,
      render: (row) => row.owner_name ?? "–",
    },
    {
      key: "opened",
      title: t("ui.cases.opened"),
      width: 110,
      render: (row) => <Moment at={row.opened_at} />,
    },
    {
      key: "due",
      title: t("ui.cases.due"),
      width: 190,
      render: (row) => <Due of={row} />,
    },
  ];
}

/** When a case is due, and that it is late. */
export function Due(props: { of: CaseSummary }) {
  const { t, day } = useText();
  const now = useNow();
  const { of } = props;
  const late = of.state === "open" && of.due_at < now;
  return (
    <>
      {day(of.due_at)}
      {late && (
        <Tag color="error" style={{ marginInlineStart: 8 }}>
          {t("ui.case.item.overdue")}
        </Tag>
      )}
    </>
  );
}

export function CaseMark(props: { of: CaseSummary }) {
  const { t } = useText();
  const open = props.of.state === "open";
  return (
    <Mark
      colour={open ? STATE_COLOURS.waiting : STATE_COLOURS.taken_over}
      word={t(open ? "ui.cases.open" : "ui.cases.closed")}
    />
  );
}

function NewCase() {
  const { t } = useText();
  const told = useTold();
  const queries = useQueryClient();
  const navigate = route.useNavigate();
  const [member, setMember] = useState("");
  const [names, setNames] = useState<Record<string, string>>({});
  const open = useMutation({
    mutationFn: () => cases.open(member),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ["cases"] });
      void navigate({ to: "/cases/$id", params: { id: made.id } });
    },
  });
  return (
    <div className="stack">
      <p className="soft" style={{ margin: 0 }}>
        {t("ui.cases.new.told")}
      </p>
      {open.error && <Alert type="error" showIcon title={told(open.error)} />}
      <MemberSelect
        single
        label={t("ui.cases.member")}
        known={names}
        onKnown={(userid, name) => setNames((old) => ({ ...old, [userid]: name }))}
        value={member ? [member] : []}
        onChange={([one]) => setMember(one ?? "")}
      />
      <Button
        type="primary"
        block
        disabled={!member}
        loading={open.isPending}
        onClick={() => open.mutate()}
      >
        {t("ui.cases.new")}
      </Button>
    </div>
  );
}
