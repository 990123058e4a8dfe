import { ArrowDownOutlined, ArrowUpOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button } from "antd";
import { ruleSets } from "../../api/calls";
import type { RuleSet } from "../../api/contract";
import { useText } from "../../app/appearance";
import { LinkButton } from "../../elements/LinkButton";
import { Moment } from "../../elements/Moment";
import { PageFrame } from "../../elements/PageFrame";
import { Loaded, Needs, Nothing, useTold } from "../../elements/Problems";
import { useMay } from "../../session/session";
import { RulesTold } from "./RulesTold";

export const ruleSetsQuery = { queryKey: ["rule-sets"], queryFn: ruleSets.list };

export function RuleSetsPage() {
  return (
    <Needs act="rule.view">
      <RuleSets />
    </Needs>
  );
}

/** Every saved rule set in its order, told in words. */
function RuleSets() {
  const { t } = useText();
  const mayManage = useMay("rule.manage");
  const asked = useQuery(ruleSetsQuery);
  const create = mayManage && (
    <LinkButton look="primary" to="/rules/new" icon={<PlusOutlined />}>
      {t("ui.rule_sets.new")}
    </LinkButton>
  );
  return (
    <PageFrame
      title={t("ui.menu.rules")}
      told={t("ui.rule_sets.told")}
      crumbs={[{ title: t("ui.menu.handover") }, { title: t("ui.menu.rules") }]}
      action={create}
    >
      <Loaded of={asked}>
        {(sets) =>
          sets.items.length === 0 ? (
            <section className="card">
              <Nothing told={t("ui.rule_sets.empty")} next={create} />
            </section>
          ) : (
            <List sets={sets.items} mayManage={mayManage} />
          )
        }
      </Loaded>
    </PageFrame>
  );
}

function List(props: { sets: RuleSet[]; mayManage: boolean }) {
  const { t } = useText();
  const { sets, mayManage } = props;
  const told = useTold();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const renew = {
    onSuccess: () => queries.invalidateQueries({ queryKey: ["rule-sets"] }),
    onError: (error: unknown) => void message.error(told(error)),
  };
  const order = useMutation({ mutationFn: ruleSets.order, ...renew });
  const archive = useMutation({ mutationFn: ruleSets.archive, ...renew });
  const move = (index: number, by: number) => {
    const ids = sets.map((one) => one.id);
    const [id] = ids.splice(index, 1);
    if (id) ids.splice(index + by, 0, id);
    order.mutate(ids);
  };
  const ask = (set: RuleSet) =>
    void modal.confirm({
      title: t("ui.rule_sets.archive.ask", { name: set.name }),
      content: t("ui.rule_sets.archive.told"),
      okText: t("ui.rule_sets.archive"),
      cancelText: t("ui.cancel.keep"),
      onOk: () => archive.mutateAsync(set.id).catch(() => {}),
    });
  return (
    <ol className="stack" style={{ listStyle: "none", margin: 0, padding: 0 }}>
      {sets.map((set, index) => (
        <li className="card" key={set.id}>
          <div className="row spread" style={{ marginBottom: 8 }}>
            <span>
              {mayManage ? (
                <Link to="/rules/$id" params={{ id: set.id }}>
                  <strong>{set.name}</strong>
                </Link>
              ) : (
                <strong>{set.name}</strong>
              )}
              <span className="soft small">
                {" "}
                · {t("ui.rule_sets.version", { number: set.version })} ·{" "}
                <Moment at={set.saved_at} />
              </span>
            </span>
            {mayManage && (
              <span className="row">
                <Button
                  size="small"
                  icon={<ArrowUpOutlined />}
                  aria-label={t("ui.rule_sets.up", { name: set.name })}
                  disabled={index === 0 || order.isPending}
                  onClick={() => move(index, -1)}
                />
                <Button
                  size="small"
                  icon={<ArrowDownOutlined />}
                  aria-label={t("ui.rule_sets.down", { name: set.name })}
                  disabled={index === sets.length - 1 || order.isPending}
                  onClick={() => move(index, 1)}
                />
                <Button size="small" onClick={() => ask(set)}>
                  {t("ui.rule_sets.archive")}
                </Button>
              </span>
            )}
          </div>
          <RulesTold rules={set.rules} otherwise={set.otherwise ?? []} />
        </li>
      ))}
    </ol>
  );
}
