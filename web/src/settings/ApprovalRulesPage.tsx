/** Which rows of a handover need two others. */

import { useQuery } from "@tanstack/react-query";
import { settings } from "../api/calls";
import { useText } from "../app/appearance";
import { LinkButton } from "../elements/LinkButton";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs } from "../elements/Problems";
import { PolicyForm } from "../handover/approvals/PolicyForm";

export function ApprovalRulesPage() {
  return (
    <Needs act="settings.change">
      <Rules />
    </Needs>
  );
}

function Rules() {
  const { t } = useText();
  const asked = useQuery({ queryKey: ["settings", "approval"], queryFn: settings.approval });
  return (
    <PageFrame
      title={t("ui.menu.approval_rules")}
      told={t("ui.approval.policy.told")}
      crumbs={[{ title: t("ui.menu.settings") }, { title: t("ui.menu.approval_rules") }]}
      action={<LinkButton to="/approvals">{t("ui.menu.approvals")}</LinkButton>}
    >
      <section className="card" style={{ maxWidth: 860 }}>
        <p className="soft small">{t("ui.approval.policy.drafts")}</p>
        <Loaded of={asked}>{(known) => <PolicyForm known={known} />}</Loaded>
      </section>
    </PageFrame>
  );
}
