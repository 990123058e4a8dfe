import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button } from "antd";
import { useState } from "react";
import { handovers } from "../../api/calls";
import type { Handover, RowState } from "../../api/contract";
import { useText } from "../../app/appearance";
import { MemberSelect } from "../../elements/MemberSelect";
import { useTold } from "../../elements/Problems";

/** Gives rows that ended badly to the same or another successor. */
export function RetryForm(props: {
  handover: Handover;
  rows?: number[];
  states?: RowState[];
  count: number;
  onDone?: () => void;
}) {
  const { t } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { handover, rows, states, count } = props;
  const [to, setTo] = useState("");
  const [names, setNames] = useState<Record<string, string>>({});
  const retry = useMutation({
    mutationFn: () =>
      handovers.retry(handover.id, {
        ...(rows ? { rows } : {}),
        ...(states ? { states } : {}),
        ...(to ? { to } : {}),
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["handovers"] });
      message.success(t("ui.retry.done", { count }));
      props.onDone?.();
    },
  });
  return (
    <div className="stack tight">
      {retry.error && <Alert type="error" showIcon title={told(retry.error)} />}
      <MemberSelect
        single
        leaver={handover.leaver}
        label={t("ui.retry.to")}
        known={names}
        onKnown={(userid, name) => setNames((old) => ({ ...old, [userid]: name }))}
        value={to ? [to] : []}
        onChange={([picked]) => setTo(picked ?? "")}
      />
      <p className="soft small" style={{ margin: 0 }}>
        {t("ui.retry.told")}
      </p>
      <div>
        <Button type="primary" loading={retry.isPending} onClick={() => retry.mutate()}>
          {t("ui.retry.act", { count })}
        </Button>
      </div>
    </div>
  );
}
