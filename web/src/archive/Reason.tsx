/** Why somebody reads other people's conversations: asked for once, logged, good for an hour. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Modal } from "antd";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { archive } from "../api/calls";
import { Problem } from "../api/client";
import { useText } from "../app/appearance";
import { Nothing, ProblemView, useTold } from "../elements/Problems";
import { useSession } from "../session/session";

const REASON = ["archive", "reason"];
/** Milliseconds. */
const RENEWED = 30_000;

/** Kept for this browser tab and this account. */
export function useRemembered(): [string, (reason: string) => void] {
  const { account } = useSession();
  const key = `jiebang.reason.${account.id}`;
  return [sessionStorage.getItem(key) ?? "", (reason) => sessionStorage.setItem(key, reason)];
}

export function isReasonWanted(error: unknown): boolean {
  return error instanceof Problem && error.code === "reason_required";
}

/**
 * The answer to a failed question of the archive: a dialog where only the reason is lacking. One
 * that is given anywhere on the page counts for everything that waits for it.
 */
export function ReasonOrProblem(props: {
  error: unknown;
  retry: () => void;
  /** In one line, beside what is there already. */
  small?: boolean;
  /** Leaves it to the reader when to be asked. */
  patient?: boolean;
}) {
  const { t } = useText();
  const told = useTold();
  const { error, small } = props;
  const isWanted = isReasonWanted(error);
  const [asked, setAsked] = useState(!props.patient);
  useWhenGiven(isWanted, props.retry);
  if (!isWanted && !small) return <ProblemView error={error} retry={props.retry} />;
  const words = isWanted ? t("ui.archive.reason.needed") : told(error);
  const next = (
    <Button
      type={small ? "link" : "primary"}
      size={small ? "small" : "middle"}
      onClick={isWanted ? () => setAsked(true) : props.retry}
    >
      {t(isWanted ? "ui.archive.reason.give" : "ui.retry")}
    </Button>
  );
  return (
    <>
      {small ? (
        <Alert
          type={isWanted ? "info" : "warning"}
          showIcon
          title={
            <>
              {words} {next}
            </>
          }
        />
      ) : (
        <Nothing told={words} next={next} />
      )}
      {isWanted && <ReasonDialog open={asked} onClose={() => setAsked(false)} />}
    </>
  );
}

/** Acts once another reason counts than the one that counted no more. */
function useWhenGiven(isWanted: boolean, act: () => void) {
  const { data } = useQuery({ queryKey: REASON, queryFn: archive.reason, enabled: isWanted });
  const at = data?.current?.at;
  const before = useRef(at);
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!isWanted || at === undefined || at === before.current) return;
    before.current = at;
    latest.current();
  }, [isWanted, at]);
}

function ReasonDialog(props: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const told = useTold();
  const queries = useQueryClient();
  const [remembered, remember] = useRemembered();
  const give = useMutation({
    mutationFn: (typed: { reason: string }) => archive.giveReason(typed.reason.trim()),
    onSuccess: (current, typed) => {
      remember(typed.reason.trim());
      queries.setQueryData(REASON, { current });
      props.onClose();
    },
  });
  return (
    <Modal
      open={props.open}
      title={t("ui.archive.reason.title")}
      footer={null}
      destroyOnHidden
      width={460}
      onCancel={props.onClose}
    >
      <Form
        layout="vertical"
        requiredMark={false}
        initialValues={{ reason: remembered }}
        onFinish={give.mutate}
      >
        <p className="soft">{t("ui.archive.reason.told")}</p>
        {give.error && (
          <Alert type="error" showIcon title={told(give.error)} style={{ marginBottom: 16 }} />
        )}
        <ReasonField />
        <Button type="primary" htmlType="submit" block loading={give.isPending}>
          {t("ui.archive.reason.act")}
        </Button>
      </Form>
    </Modal>
  );
}

/** The field `reason` of a form. */
export function ReasonField() {
  const { t } = useText();
  return (
    <Form.Item
      name="reason"
      label={t("ui.archive.reason")}
      rules={[{ required: true, whitespace: true, message: t("ui.archive.reason.missing") }]}
    >
      <Input.TextArea autoFocus maxLength={500} showCount autoSize={{ minRows: 2 }} />
    </Form.Item>
  );
}

/** Says which reason counts and for how long; nothing while none does. */
export function ReasonLine(): ReactNode {
  const { t } = useText();
  // The server decides when it ends. Its count is by people's clock, also in a demo.
  const { data } = useQuery({
    queryKey: REASON,
    queryFn: archive.reason,
    refetchInterval: RENEWED,
  });
  const current = data?.current;
  if (!current) return null;
  const left = Math.round((current.until - Date.now() / 1000) / 60);
  const most = Math.round((current.until - current.at) / 60);
  return (
    <p className="soft small reason-line" role="status">
      {t("ui.archive.reason.counts", {
        reason: current.reason,
        count: Math.min(most, Math.max(1, left)),
      })}
    </p>
  );
}
