import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Alert, App, Button, Form, Input, Timeline } from "antd";
import { useState } from "react";
import { ruleSets, tags } from "../../api/calls";
import type { RuleSet } from "../../api/contract";
import { useText } from "../../app/appearance";
import { Moment } from "../../elements/Moment";
import { PageFrame } from "../../elements/PageFrame";
import { Loaded, Needs, useTold } from "../../elements/Problems";
import { RuleList } from "./RuleList";
import { RulesTold } from "./RulesTold";
import { draftRuleOf, lackingOf, newRule, ruleOf } from "./rules";

const route = getRouteApi("/rules/$id");

export function NewRuleSetPage() {
  return (
    <Needs act="rule.manage">
      <Editor known={[]} />
    </Needs>
  );
}

export function RuleSetPage() {
  return (
    <Needs act="rule.manage">
      <Stored />
    </Needs>
  );
}

function Stored() {
  const { id } = route.useParams();
  const asked = useQuery({
    queryKey: ["rule-sets", id],
    queryFn: () => ruleSets.versions(id),
  });
  return (
    <Loaded of={asked}>
      {(versions) => <Editor key={versions.items[0]?.version} known={versions.items} />}
    </Loaded>
  );
}

/** The latest version, to be changed into the next; the others below. */
function Editor(props: { known: RuleSet[] }) {
  const { t } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [latest, ...earlier] = props.known;
  const [name, setName] = useState(latest?.name ?? "");
  const [draft, setDraft] = useState(() => ({
    rules: latest?.rules.map(draftRuleOf) ?? [newRule(t("ui.rule.name.new", { number: 1 }))],
    otherwise: latest?.otherwise ?? [],
  }));
  const [names, setNames] = useState<Record<string, string>>({});
  const regions = useRegions();
  const lacking = name.trim() ? lackingOf(draft.rules) : "ui.rule_sets.missing.name";
  const save = useMutation({
    mutationFn: () => {
      const content = {
        name: name.trim(),
        rules: draft.rules.map(ruleOf),
        otherwise: draft.otherwise.length > 0 ? draft.otherwise : null,
      };
      if (!latest) return ruleSets.create(content);
      return ruleSets.save(latest.id, { ...content, version: latest.version });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["rule-sets"] });
      void message.success(t("ui.saved"));
      void navigate({ to: "/rules" });
    },
  });
  const title = latest?.name ?? t("ui.rule_sets.new");
  return (
    <PageFrame
      title={title}
      told={t("ui.rule_sets.edit.told")}
      crumbs={[
        { title: t("ui.menu.handover") },
        { title: t("ui.menu.rules"), to: "/rules" },
        { title },
      ]}
      action={
        <>
          {lacking && <span className="soft small">{t(lacking)}</span>}
          <Button
            type="primary"
            disabled={lacking !== null}
            loading={save.isPending}
            onClick={() => save.mutate()}
          >
            {t("ui.save")}
          </Button>
        </>
      }
    >
      <div className="stack">
        {save.error && <Alert type="error" showIcon title={told(save.error)} />}
        <section className="card">
          <Form layout="vertical" component="div">
            <Form.Item label={t("ui.rule_sets.name")} required>
              <Input
                maxLength={60}
                aria-label={t("ui.rule_sets.name")}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            </Form.Item>
          </Form>
          <RuleList
            {...draft}
            leaver=""
            regions={regions}
            known={names}
            onKnown={(userid, known) => setNames((old) => ({ ...old, [userid]: known }))}
            change={(part) => setDraft((old) => ({ ...old, ...part }))}
          />
        </section>
        {earlier.length > 0 && <Earlier versions={earlier} />}
      </div>
    </PageFrame>
  );
}

function Earlier(props: { versions: RuleSet[] }) {
  const { t } = useText();
  return (
    <section className="card">
      <h2>{t("ui.rule_sets.earlier")}</h2>
      <Timeline
        items={props.versions.map((one) => ({
          key: one.version,
          content: (
            <>
              <div className="small">
                {t("ui.rule_sets.version", { number: one.version })} · {one.name} ·{" "}
                <Moment at={one.saved_at} />
              </div>
              <RulesTold rules={one.rules} otherwise={one.otherwise ?? []} />
            </>
          ),
        }))}
      />
    </section>
  );
}

/** Names of all tags: one of their groups stands for regions. */
function useRegions(): string[] {
  const { data } = useQuery({ queryKey: ["tags"], queryFn: tags, staleTime: 300_000 });
  return data?.flatMap((group) => group.tags.map((tag) => tag.name)) ?? [];
}
