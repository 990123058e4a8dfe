/** Takes a conversation out as a signed package that is read without this program. */

import { SafetyCertificateOutlined } from "@ant-design/icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Descriptions, Form, Modal, Typography } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { archive } from "../api/calls";
import type { Conversation, EvidencePreview } from "../api/contract";
import { useText } from "../app/appearance";
import { useTold } from "../elements/Problems";
import { useMay } from "../session/session";

import { ReasonField, useRemembered } from "./Reason";
import { size } from "./thread";

interface Typed {
  reason: string;
  period?: [Dayjs | null, Dayjs | null] | null;
}

interface Period {
  since?: number;
  until?: number;
}

/** Milliseconds after looking in which the password that was given then counts all but surely. */
const FRESH = 60_000;

const FIGURES = ["messages", "files", "bytes", "files_missing", "not_readable", "lacking"] as const;

export function Evidence(props: { conversation: Conversation }) {
  const { t } = useText();
  const mayTake = useMay("archive.evidence");
  const [isOpen, setOpen] = useState(false);
  if (!mayTake) return null;
  return (
    <>
      <Button icon={<SafetyCertificateOutlined />} onClick={() => setOpen(true)}>
        {t("ui.archive.evidence")}
      </Button>
      <Modal
        open={isOpen}
        title={t("ui.archive.evidence")}
        footer={null}
        destroyOnHidden
        width={560}
        onCancel={() => setOpen(false)}
      >
        <Take id={props.conversation.id} />
      </Modal>
    </>
  );
}

function Take(props: { id: string }) {
  const { t } = useText();
  const told = useTold();
  const [remembered, remember] = useRemembered();
  const [period, setPeriod] = useState<Period>({});
  const look = useMutation({
    mutationFn: (typed: Typed) => {
      const [since, until] = typed.period ?? [];
      const end = until?.add(1, "day").startOf("day");
      const asked = { since: since?.startOf("day").valueOf(), until: end?.valueOf() };
      setPeriod(asked);
      return archive.previewEvidence(props.id, { reason: typed.reason.trim(), ...asked });
    },
    onSuccess: (_, typed) => remember(typed.reason.trim()),
  });
  const take = async () => {
    if (!look.data || !look.variables) return;
    let { reading } = look.data;
    // A link asks for no password: where it may have run out meanwhile, looking again does.
    if (Date.now() - look.submittedAt > FRESH) {
      const before = look.data;
      const now = await look.mutateAsync(look.variables);
      reading = now.reading;
      const isOther = FIGURES.some((name) => now[name] !== before[name]);
      // To be looked at before it is taken.
      if (isOther) return;
    }
    const link = document.createElement("a");
    link.href = archive.evidenceAddress(props.id, { ...period, reading });
    link.download = "";
    link.click();
  };
  return (
    <>
      <p className="soft">{t("ui.archive.evidence.told")}</p>
      {look.error && (
        <Alert type="error" showIcon title={told(look.error)} style={{ marginBottom: 16 }} />
      )}
      <Form<Typed>
        layout="vertical"
        requiredMark={false}
        initialValues={{ reason: remembered }}
        onValuesChange={() => look.reset()}
        onFinish={look.mutate}
      >
        <ReasonField />
        <Form.Item name="period" label={t("ui.archive.evidence.period")}>
          <DatePicker.RangePicker allowEmpty={[true, true]} style={{ width: "100%" }} />
        </Form.Item>
        {!look.data && (
          <Button type="primary" htmlType="submit" block loading={look.isPending}>
            {t("ui.archive.evidence.look")}
          </Button>
        )}
      </Form>
      {look.data && (
        // What goes wrong is told above.
        <Ready of={look.data} onTake={() => void take().catch(() => undefined)} />
      )}
      <Fingerprint />
    </>
  );
}

function Ready(props: { of: EvidencePreview; onTake: () => void }) {
  const { t, number } = useText();
  const { of } = props;
  const left = [
    of.files_missing > 0 && t("ui.archive.evidence.files_missing", { count: of.files_missing }),
    of.not_readable > 0 && t("ui.archive.evidence.not_readable", { count: of.not_readable }),
    of.lacking > 0 && t("ui.archive.evidence.lacking", { count: of.lacking }),
  ].filter((one) => one !== false);
  return (
    <>
      <Descriptions
        column={2}
        size="small"
        style={{ marginBottom: 12 }}
        items={[
          {
            key: "messages",
            label: t("ui.archive.evidence.messages"),
            children: number(of.messages),
          },
          {
            key: "files",
            label: t("ui.archive.evidence.files"),
            children: of.files > 0 ? `${number(of.files)} · ${size(of.bytes)}` : number(0),
          },
        ]}
      />
      {left.length > 0 && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 16 }}
          title={left.map((one) => <div key={one}>{one}</div>)}
        />
      )}
      {of.messages > 0 ? (
        <Button type="primary" block onClick={props.onTake}>
          {t("ui.archive.evidence.take")}
        </Button>
      ) : (
        <Alert type="info" showIcon title={t("ui.archive.evidence.nothing")} />
      )}
    </>
  );
}

/** What whoever receives the package compares. */
function Fingerprint() {
  const { t } = useText();
  const { data } = useQuery({
    queryKey: ["archive", "evidence-key"],
    queryFn: archive.evidenceKey,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!data) return null;
  return (
    <div style={{ marginTop: 20 }}>
      <div className="soft small">{t("ui.archive.evidence.fingerprint")}</div>
      <Typography.Text code copyable style={{ overflowWrap: "anywhere" }}>
        {data.fingerprint}
      </Typography.Text>
      <p className="soft small">{t("ui.archive.evidence.verifier.told")}</p>
      <Button size="small" href={archive.verifierAddress} download>
        {t("ui.archive.evidence.verifier")}
      </Button>
    </div>
  );
}
