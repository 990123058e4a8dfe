/** Customers of leavers that ended with nobody: an alarm until somebody has dealt with them. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, Button, Form, Input, Modal } from "antd";
import { useMemo, useState } from "react";
import { orphans } from "../api/calls";
import type { Orphan } from "../api/contract";
import { useText } from "../app/appearance";
import type { Text } from "../app/text";
import { CustomerLink } from "../customer/CustomerLink";
import { Moment } from "../elements/Moment";
import { type Column, PagedTable } from "../elements/PagedTable";
import { PageFrame } from "../elements/PageFrame";
import { Needs, Nothing, useTold } from "../elements/Problems";
import { StateMark } from "../elements/StateMark";
import { useMay } from "../session/session";

export function OrphansPage() {
  return (
    <Needs act="customer.view">
      <Orphans />
    </Needs>
  );
}

function Orphans() {
  const text = useText();
  const { t } = text;
  const mayExecute = useMay("handover.execute");
  const [open, setOpen] = useState<Orphan | null>(null);
  const columns = useMemo(
    () => columnsOf(text, mayExecute ? setOpen : undefined),
    [text, mayExecute],
  );
  return (
    <PageFrame
      title={t("ui.menu.orphans")}
      told={t("ui.orphans.told")}
      crumbs={[{ title: t("ui.menu.handover") }, { title: t("ui.menu.orphans") }]}
    >
      <PagedTable<Orphan>
        label={t("ui.menu.orphans")}
        queryKey={["orphans"]}
        fetchPage={(cursor, signal) => orphans.list({ cursor, limit: 100 }, signal)}
        columns={columns}
        rowKey={(row) => row.external_userid}
        empty={<Nothing told={t("ui.orphans.empty")} />}
      />
      <Modal
        open={open !== null}
        title={t("ui.orphans.settle.title", { name: open?.name || open?.external_userid || "" })}
        footer={null}
        destroyOnHidden
        onCancel={() => setOpen(null)}
      >
        {open && <SettleForm orphan={open} onDone={() => setOpen(null)} />}
      </Modal>
    </PageFrame>
  );
}

function SettleForm(props: { orphan: Orphan; onDone: () => void }) {
  const { t } = useText();
  const told = useTold();
  const queries = useQueryClient();
  const settle = useMutation({
    mutationFn: (typed: { reason: string }) =>
      orphans.settle(props.orphan.external_userid, typed.reason),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["orphans"] });
      await queries.invalidateQueries({ queryKey: ["overview"] });
      props.onDone();
    },
  });
  return (
    <Form layout="vertical" requiredMark={false} onFinish={settle.mutate}>
      {settle.error && (
        <Alert type="error" showIcon title={told(settle.error)} style={{ marginBottom: 16 }} />
      )}
      <Form.Item
        name="reason"
        label={t("ui.orphans.reason")}
        extra={t("ui.orphans.reason.told")}
        rules={[{ required: true, whitespace: true, message: t("ui.orphans.reason.missing") }]}
      >
        <Input.TextArea rows={3} maxLength={500} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={settle.isPending}>
        {t("ui.orphans.settle")}
      </Button>
    </Form>
  );
}

function columnsOf(text: Text, settle: ((orphan: Orphan) => void) | undefined): Column<Orphan>[] {
  const { t } = text;
  return [
    {
      key: "name",
      title: t("ui.approval.name"),
      width: 180,
      render: (row) => <CustomerLink id={row.external_userid} name={row.name} />,
    },
    {
      key: "leaver",
      title: t("ui.handover.leaver"),
      width: 140,
      render: (row) => (
        <Link to="/handovers/$id" params={{ id: row.handover }} search={{ row: row.row_no }}>
          {row.leaver_name || row.leaver}
        </Link>
      ),
    },
    {
      key: "state",
      title: t("ui.orphans.state"),
      width: 130,
      render: (row) => <StateMark of="row" state={row.state} />,
    },
    {
      key: "successor",
      title: t("ui.orphans.successor"),
      width: 140,
      render: (row) => row.successor_name || row.successor || "–",
    },
    {
      key: "at",
      title: t("ui.orphans.since"),
      width: 130,
      render: (row) => <Moment at={row.ended_at} />,
    },
    {
      key: "act",
      title: "",
      width: 110,
      render: (row) =>
        settle && (
          <Button size="small" onClick={() => settle(row)}>
            {t("ui.orphans.settle")}
          </Button>
        ),
    },
  ];
}
