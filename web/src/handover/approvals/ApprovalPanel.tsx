/** Which rows wait for two persons, why, who said what, and the answer. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Table } from "antd";
import { useState } from "react";
import { approvals } from "../../api/calls";
import type { Approvals, AskedWhy, Vote } from "../../api/contract";
import { useText } from "../../app/appearance";
import { Moment } from "../../elements/Moment";
import { Loaded, useTold } from "../../elements/Problems";
import { useMay, useSession } from "../../session/session";

export function ApprovalPanel(props: { handover: string }) {
  const asked = useQuery({
    queryKey: ["handovers", props.handover, "approvals"],
    queryFn: () => approvals.of(props.handover),
    refetchInterval: 15_000,
  });
  return <Loaded of={asked}>{(data) => <Panel asked={data} />}</Loaded>;
}

export function Panel(props: { asked: Approvals }) {
  const { t, number } = useText();
  const { asked } = props;
  return (
    <section className="card" aria-label={t("ui.approval.title", { count: asked.rows.length })}>
      <h2>{t("ui.approval.title", { count: asked.rows.length })}</h2>
      <p className="soft">
        {t("ui.approval.stands", {
          given: number(asked.approved_by.length),
          needed: number(asked.needed),
        })}
      </p>
      <AskedRows asked={asked} />
      <Votes asked={asked} />
      <Answer asked={asked} />
    </section>
  );
}

function AskedRows({ asked }: { asked: Approvals }) {
  const { t } = useText();
  const tell = useWhy();
  return (
    <Table
      size="small"
      aria-label={t("ui.approval.rows")}
      rowKey="row_no"
      dataSource={asked.rows}
      pagination={asked.rows.length > 10 ? { pageSize: 10, showSizeChanger: false } : false}
      columns={[
        {
          key: "name",
          title: t("ui.approval.name"),
          render: (_, row) => row.name || row.subject_id,
        },
        {
          key: "to",
          title: t("ui.handover.successor"),
          render: (_, row) => row.successor_name || row.successor,
        },
        {
          key: "why",
          title: t("ui.approval.why"),
          render: (_, row) => row.why.map(tell).join("；"),
        },
      ]}
    />
  );
}

export function useWhy(): (why: AskedWhy) => string {
  const { t, number } = useText();
  return (why) =>
    why.why === "vip"
      ? t("ui.approval.why.vip", { rule: number((why.rule ?? 0) + 1) })
      : t("ui.approval.why.second_transfer");
}

function Votes({ asked }: { asked: Approvals }) {
  const { t } = useText();
  const { account } = useSession();
  if (asked.votes.length === 0) return null;
  const name = (vote: Vote) =>
    vote.account === `account:${account.id}`
      ? t("ui.approval.you")
      : vote.account_name || vote.account;
  return (
    <ul className="todo" aria-label={t("ui.approval.votes")}>
      {asked.votes.map((vote) => (
        <li key={`${vote.account} ${vote.at} ${vote.decision}`}>
          <span className="what">
            <strong>
              {name(vote)} · {t(`ui.approval.${vote.decision}d`)}
            </strong>
            <span className="soft small">
              <Moment at={vote.at} /> {vote.comment}{" "}
              {vote.withdrawn_at
                ? t("ui.approval.withdrawn")
                : !vote.present && t("ui.approval.earlier")}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Answer({ asked }: { asked: Approvals }) {
  const { t } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { account } = useSession();
  const mayApprove = useMay("handover.approve");
  const [comment, setComment] = useState("");
  const act = useMutation({
    mutationFn: async (decision: "approve" | "decline" | "withdraw") => {
      if (decision === "withdraw") await approvals.withdraw(asked.handover);
      else await approvals[decision](asked.handover, asked.digest, comment.trim());
    },
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ["handovers"] });
      await queries.invalidateQueries({ queryKey: ["approvals"] });
    },
    onError: (error) => void message.error(told(error)),
  });
  if (!mayApprove) return null;
  if (asked.approved_by.includes(`account:${account.id}`)) {
    return (
      <p className="row" style={{ margin: 0 }}>
        {t("ui.approval.one_more")}
        <Button loading={act.isPending} onClick={() => act.mutate("withdraw")}>
          {t("ui.approval.withdraw")}
        </Button>
      </p>
    );
  }
  if (!asked.may_vote) return <p className="soft">{t("ui.approval.not_you")}</p>;
  return (
    <Form layout="vertical" component="div">
      <Form.Item label={t("ui.approval.comment")} extra={t("ui.approval.comment.told")}>
        <Input.TextArea
          aria-label={t("ui.approval.comment")}
          rows={2}
          maxLength={500}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      </Form.Item>
      <div className="row">
        <Button type="primary" loading={act.isPending} onClick={() => act.mutate("approve")}>
          {t("ui.approval.approve")}
        </Button>
        <Button
          danger
          loading={act.isPending}
          disabled={comment.trim() === ""}
          onClick={() => act.mutate("decline")}
        >
          {t("ui.approval.decline")}
        </Button>
      </div>
    </Form>
  );
}
