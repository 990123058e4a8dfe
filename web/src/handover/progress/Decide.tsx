/** What went wrong comes to the top, with a proposed next step. */

import { getRouteApi } from "@tanstack/react-router";
import { Alert, Button, Modal } from "antd";
import { useState } from "react";
import type { Handover } from "../../api/contract";
import { useText } from "../../app/appearance";
import { useMay } from "../../session/session";
import { RetryState } from "./RetryForm";

const route = getRouteApi("/handovers/$id");
const ASK = ["refused", "full", "failed", "no_relation"] as const;

export function Decide(props: { handover: Handover }) {
  const { t, find } = useText();
  const { handover } = props;
  const navigate = route.useNavigate();
  const mayExecute = useMay("handover.execute");
  const [open, setOpen] = useState<(typeof ASK)[number] | null>(null);
  const found = ASK.filter((state) => handover.counts[state] > 0);
  return (
    <>
      <Alert
        type="warning"
        showIcon
        title={t("ui.decide.title")}
        description={
          <ul className="todo">
            {found.map((state) => (
              <li key={state} style={{ padding: "6px 0" }}>
                <span className="what">
                  <strong>{find(`ui.decide.${state}`, { count: handover.counts[state] })}</strong>
                  <span className="small">{find(`ui.decide.${state}.next`)}</span>
                </span>
                <Button
                  size="small"
                  onClick={() =>
                    void navigate({
                      replace: true,
                      resetScroll: false,
                      search: (old) => ({ ...old, state }),
                    })
                  }
                >
                  {t("ui.decide.show")}
                </Button>
                {mayExecute && handover.state !== "cancelled" && (
                  <Button size="small" type="primary" onClick={() => setOpen(state)}>
                    {t("ui.decide.retry")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        }
      />
      <Modal
        open={open !== null}
        title={t("ui.retry.title")}
        footer={null}
        destroyOnHidden
        onCancel={() => setOpen(null)}
      >
        {open && <RetryState handover={handover} state={open} onDone={() => setOpen(null)} />}
      </Modal>
    </>
  );
}
