import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Radio, Skeleton } from "antd";
import { useState } from "react";
import { handovers } from "../../api/calls";
import type { Handover, RetryInput, Row, RowState } from "../../api/contract";
import { useText } from "../../app/appearance";
import { MemberSelect } from "../../elements/MemberSelect";
import { useTold } from "../../elements/Problems";
import { useMemberNames } from "../rules/RulesTold";
import { byRunnerUp } from "./runnerUp";

/** The most rows that are put back at once, one by one. */
const MOST = 1000;

interface Props {
  handover: Handover;
  onDone?: () => void;
}

/** Gives one row that ended badly to somebody again. */
export function RetryRow(props: Props & { row: Row }) {
  const { row } = props;
  return <RetryForm {...props} rows={[row]} which={{ rows: [row.row_no] }} />;
}

/** Gives every row that ended in a state to somebody again. */
export function RetryState(props: Props & { state: RowState }) {
  const { handover, state } = props;
  const asked = useQuery({
    queryKey: ["handovers", "rows", handover.id, "retry", state],
    queryFn: ({ signal }) => handovers.rows(handover.id, { state, limit: MOST }, signal),
  });
  if (asked.isLoading) return <Skeleton active title={false} paragraph={{ rows: 3 }} />;
  const rows = asked.data && !asked.data.next_cursor ? asked.data.items : null;
  return <RetryForm {...props} rows={rows} which={{ states: [state] }} />;
}

type Whom = "runner_up" | "other" | "same";

function RetryForm(props: Props & { rows: readonly Row[] | null; which: RetryInput }) {
  const { t } = useText();
  const told = useTold();
  const nameOf = useMemberNames();
  const { handover, rows, which } = props;
  const next = byRunnerUp(rows ?? []);
  const [whom, setWhom] = useState<Whom>(next.size > 0 ? "runner_up" : "other");
  const [to, setTo] = useState("");
  const [names, setNames] = useState<Record<string, string>>({});
  const all = rows?.length ?? (which.states ? countOf(handover, which.states) : 0);
  const withNext = [...next.values()].flat().length;
  const count = whom === "runner_up" ? withNext : all;
  const retry = useRetry(props, count);
  const wanted = (): RetryInput[] => {
    if (whom === "same") return [which];
    if (whom === "other") return [{ ...which, to }];
    return [...next].map(([userid, numbers]) => ({ rows: numbers, to: userid }));
  };
  const runnersUp = [...next].map(([userid, { length }]) =>
    t("ui.retry.share", { name: nameOf(userid), count: length }),
  );
  return (
    <div className="stack tight">
      {retry.error && <Alert type="error" showIcon title={told(retry.error)} />}
      <Radio.Group
        aria-label={t("ui.retry.whom")}
        value={whom}
        onChange={(event) => setWhom(event.target.value)}
        className="stack tight"
        options={[
          ...(next.size > 0
            ? [
                {
                  value: "runner_up",
                  label: t("ui.retry.runner_up", { names: runnersUp.join(t("ui.comma")) }),
                },
              ]
            : []),
          { value: "other", label: t("ui.retry.other") },
          { value: "same", label: t("ui.retry.same") },
        ]}
      />
      {whom === "other" && (
        <MemberSelect
          single
          leaver={handover.leaver}
          label={t("ui.retry.to")}
          known={names}
          onKnown={(userid, name) => setNames((old) => ({ ...old, [userid]: name }))}
          value={to ? [to] : []}
          onChange={([picked]) => setTo(picked ?? "")}
        />
      )}
      <p className="soft small" style={{ margin: 0 }}>
        {t("ui.retry.told")}
        {whom === "runner_up" && withNext < all && (
          <> {t("ui.retry.stay", { count: all - withNext })}</>
        )}
      </p>
      <div>
        <Button
          type="primary"
          disabled={whom === "other" && !to}
          loading={retry.isPending}
          onClick={() => retry.mutate(wanted())}
        >
          {t("ui.retry.act", { count })}
        </Button>
      </div>
    </div>
  );
}

function countOf(handover: Handover, states: readonly RowState[]): number {
  const counts = handover.counts as unknown as Record<string, number>;
  return states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
}

/** Puts rows back, and tells how many go out and how many wait for two others. */
function useRetry(props: Props, count: number) {
  const { t } = useText();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { handover } = props;
  return useMutation({
    mutationFn: async (wanted: RetryInput[]) => {
      let after: Handover | undefined;
      for (const one of wanted) after = await handovers.retry(handover.id, one);
      return after;
    },
    onSuccess: (after) => {
      const before = handover.counts.awaiting_approval;
      const waiting = Math.max(0, (after?.counts.awaiting_approval ?? before) - before);
      const sent = Math.max(0, count - waiting);
      message.success(
        waiting > 0
          ? t("ui.retry.done.waiting", { sent, waiting })
          : t("ui.retry.done", { count: sent }),
      );
      props.onDone?.();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["handovers"] }),
  });
}
