/** What waits for two persons, and the policy that says so. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Modal } from "antd";
import { useState } from "react";
import { approvals, settings } from "../../api/calls";
import { useText } from "../../app/appearance";
import { PageFrame } from "../../elements/PageFrame";
import { Loaded, Needs, Nothing } from "../../elements/Problems";
import { useMay } from "../../session/session";
import { Panel } from "./ApprovalPanel";
import { PolicyForm } from "./PolicyForm";

export function ApprovalsPage() {
  return (
    <Needs act="handover.view">
      <Waiting />
    </Needs>
  );
}

function Waiting() {
  const { t } = useText();
  const mayChange = useMay("settings.change");
  const [open, setOpen] = useState(false);
  const asked = useQuery({
    queryKey: ["approvals"],
    queryFn: approvals.list,
    refetchInterval: 15_000,
  });
  const policy = useQuery({
    queryKey: ["settings", "approval"],
    queryFn: settings.approval,
    enabled: mayChange,
  });
  return (
    <PageFrame
      title={t("ui.menu.approvals")}
      told={t("ui.approvals.told")}
      crumbs={[{ title: t("ui.menu.handover") }, { title: t("ui.menu.approvals") }]}
      action={mayChange && <Button onClick={() => setOpen(true)}>{t("ui.approval.policy")}</Button>}
    >
      <Loaded of={asked}>
        {(page) =>
          page.items.length === 0 ? (
            <div className="card">
              <Nothing told={t("ui.approvals.empty")} />
            </div>
          ) : (
            <div className="stack">
              {page.items.map((one) => (
                <div key={one.handover}>
                  <h2 style={{ fontSize: 16 }}>
                    <Link to="/handovers/$id" params={{ id: one.handover }} search={{}}>
                      {t("ui.handover.of", { leaver: one.leaver_name || one.leaver })}
                    </Link>
                  </h2>
                  <Panel asked={one} />
                </div>
              ))}
            </div>
          )
        }
      </Loaded>
      <Modal
        open={open}
        title={t("ui.approval.policy")}
        footer={null}
        destroyOnHidden
        width={760}
        onCancel={() => setOpen(false)}
      >
        {open && (
          <Loaded of={policy}>
            {(known) => <PolicyForm known={known} onDone={() => setOpen(false)} />}
          </Loaded>
        )}
      </Modal>
    </PageFrame>
  );
}
