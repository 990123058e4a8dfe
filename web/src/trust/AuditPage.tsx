/** Who did what, and the proof that nothing was changed afterwards. */

import { SafetyOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Alert, Button, DatePicker, Drawer, Input, Select } from "antd";
import dayjs from "dayjs";
import { useEffect, useMemo, useRef, useState } from "react";
import { audit } from "../api/calls";
import type { AuditEntry } from "../api/contract";
import { useText } from "../app/appearance";
import type { Text } from "../app/text";
import { Moment } from "../elements/Moment";
import { type Column, PagedTable } from "../elements/PagedTable";
import { PageFrame } from "../elements/PageFrame";
import { Needs, Nothing, useTold } from "../elements/Problems";

const route = getRouteApi("/trust/audit");

export function AuditPage() {
  return (
    <Needs act="audit.view">
      <Audit />
    </Needs>
  );
}

function Audit() {
  const text = useText();
  const { t } = text;
  const search = route.useSearch();
  const asked = { ...search, actor: kindNamed(text, search.actor) ?? search.actor };
  const [open, setOpen] = useState<AuditEntry | null>(null);
  const columns = useMemo(() => columnsOf(text, setOpen), [text]);
  return (
    <PageFrame
      title={t("ui.menu.audit")}
      told={t("ui.audit.told")}
      crumbs={[{ title: t("ui.menu.trust") }, { title: t("ui.menu.audit") }]}
    >
      <div className="stack">
        <Verify />
        <section className="card">
          <Filters />
          <PagedTable<AuditEntry>
            label={t("ui.menu.audit")}
            queryKey={["audit", search]}
            fetchPage={(cursor, signal) => audit.list({ ...asked, cursor, limit: 200 }, signal)}
            columns={columns}
            rowKey={(row) => String(row.seq)}
            height={520}
            empty={<Nothing told={t("ui.audit.empty")} />}
          />
        </section>
      </div>
      <EntryDrawer entry={open} close={() => setOpen(null)} />
    </PageFrame>
  );
}

function Verify() {
  const { t } = useText();
  const told = useTold();
  const verify = useMutation({ mutationFn: audit.verify });
  const verdict = verify.data;
  return (
    <div className="row" aria-live="polite">
      <Button icon={<SafetyOutlined />} loading={verify.isPending} onClick={() => verify.mutate()}>
        {t("ui.audit.verify")}
      </Button>
      {verify.error && <Alert type="error" showIcon title={told(verify.error)} />}
      {verdict && (
        <Alert
          showIcon
          type={verdict.ok ? "success" : "error"}
          title={
            verdict.ok
              ? t("ui.audit.ok", { count: verdict.entries })
              : t("ui.audit.broken", { seq: verdict.first_bad_seq ?? 0 })
          }
        />
      )}
    </div>
  );
}

function Filters() {
  const text = useText();
  const { t } = text;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const put = (part: (old: typeof search) => Partial<typeof search>) =>
    void navigate({ replace: true, search: (old) => ({ ...old, ...part(old) }) });
  const acts = useMemo(() => choicesOf(text, "audit."), [text]);
  const kinds = useMemo(() => choicesOf(text, "ui.audit.kind."), [text]);
  const { kind, id } = objectIn(search.object);
  const range: [dayjs.Dayjs | null, dayjs.Dayjs | null] = [
    search.from ? dayjs.unix(search.from) : null,
    search.to ? dayjs.unix(search.to) : null,
  ];
  return (
    <div className="filters">
      <Choice
        name={t("ui.audit.act")}
        told={t("ui.audit.filter.act")}
        value={search.act}
        choices={acts}
        onChoose={(act) => put(() => ({ act }))}
      />
      <Typed
        name={t("ui.audit.actor")}
        told={t("ui.audit.filter.actor")}
        value={search.actor ?? ""}
        onTyped={(typed) => put(() => ({ actor: typed || undefined }))}
      />
      <Choice
        name={t("ui.audit.object")}
        told={t("ui.audit.filter.kind")}
        value={kind || undefined}
        choices={kinds}
        onChoose={(chosen = "") =>
          put((old) => ({ object: objectAs(chosen, objectIn(old.object).id) }))
        }
      />
      <Typed
        name={t("ui.audit.filter.object")}
        told={t("ui.audit.filter.object")}
        value={id}
        onTyped={(typed) => put((old) => ({ object: objectAs(objectIn(old.object).kind, typed) }))}
      />
      <DatePicker.RangePicker
        showTime
        allowEmpty={[true, true]}
        value={range}
        onChange={(picked) => put(() => ({ from: picked?.[0]?.unix(), to: picked?.[1]?.unix() }))}
      />
    </div>
  );
}

/** `KIND`, `KIND:ID` or `:ID` taken apart. */
function objectIn(object = ""): { kind: string; id: string } {
  const [kind = "", id = ""] = object.split(/:(.*)/s);
  return { kind, id };
}

function objectAs(kind: string, id: string): string | undefined {
  return (id ? `${kind}:${id}` : kind) || undefined;
}

/** `operator` or `system`, if that is what was typed, in the words of the page. */
function kindNamed({ t }: Text, typed: string | undefined): string | undefined {
  const kinds = ["operator", "system"] as const;
  return kinds.find((kind) => t(`ui.actor.${kind}`).toLowerCase() === typed?.toLowerCase());
}

interface Option {
  value: string;
  label: string;
}

/** What the catalogue names under a prefix, by its words. */
function choicesOf(text: Text, prefix: string): Option[] {
  const endings = text.endings(prefix);
  const choices = endings.map((value) => ({ value, label: text.find(prefix + value) ?? value }));
  return choices.sort((one, other) => one.label.localeCompare(other.label, text.language));
}

function Choice(props: {
  name: string;
  told: string;
  value: string | undefined;
  choices: Option[];
  onChoose: (value: string | undefined) => void;
}) {
  const { value, choices } = props;
  // What an address asks for may be the beginning of several.
  const isOther = value !== undefined && !choices.some((one) => one.value === value);
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      style={{ width: 220 }}
      popupMatchSelectWidth={false}
      aria-label={props.name}
      placeholder={props.told}
      value={value ?? null}
      options={isOther ? [{ value, label: value }, ...choices] : choices}
      onChange={(chosen) => props.onChoose(chosen ?? undefined)}
    />
  );
}

/** A field whose value is the address's; what is typed goes there after a pause. */
function Typed(props: {
  name: string;
  told: string;
  value: string;
  onTyped: (value: string) => void;
}) {
  const { value, onTyped } = props;
  const [typed, setTyped] = useState(value);
  const pause = useRef<number | undefined>(undefined);
  const sent = useRef(value);
  useEffect(() => {
    // Another than what was typed here: a link was followed.
    if (value !== sent.current) setTyped(value);
    sent.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(pause.current), []);
  const type = (typed: string) => {
    setTyped(typed);
    clearTimeout(pause.current);
    pause.current = window.setTimeout(() => {
      sent.current = typed.trim();
      onTyped(sent.current);
    }, 250);
  };
  return (
    <Input
      allowClear
      style={{ width: 170 }}
      maxLength={200}
      value={typed}
      aria-label={props.name}
      placeholder={props.told}
      onChange={(event) => type(event.target.value)}
    />
  );
}

function columnsOf(text: Text, open: (entry: AuditEntry) => void): Column<AuditEntry>[] {
  const { t, find } = text;
  return [
    {
      key: "seq",
      title: t("ui.audit.seq"),
      width: 70,
      align: "right",
      render: (entry) => (
        <button type="button" className="as-link" onClick={() => open(entry)}>
          {entry.seq}
        </button>
      ),
    },
    {
      key: "at",
      title: t("ui.audit.at"),
      width: 180,
      render: (entry) => <Moment exact at={entry.at} />,
    },
    {
      key: "actor",
      title: t("ui.audit.actor"),
      width: 130,
      render: (entry) => nameOf(entry, find),
    },
    {
      key: "act",
      title: t("ui.audit.act"),
      width: 240,
      render: (entry) => find(`audit.${entry.act}`) ?? entry.act,
    },
    {
      key: "object",
      title: t("ui.audit.object"),
      width: 240,
      render: (entry) => (entry.object ? objectOf(entry.object, find) : "–"),
    },
    {
      key: "outcome",
      title: t("ui.audit.outcome"),
      width: 100,
      render: (entry) => find(`ui.outcome_word.${entry.outcome}`) ?? entry.outcome,
    },
  ];
}

function nameOf(entry: AuditEntry, find: (key: string) => string | undefined): string {
  return entry.actor.name || find(`ui.actor.${entry.actor.kind}`) || entry.actor.id;
}

function objectOf(
  object: NonNullable<AuditEntry["object"]>,
  find: (key: string) => string | undefined,
): string {
  return `${find(`ui.audit.kind.${object.kind}`) ?? object.kind} ${object.id}`;
}

function EntryDrawer(props: { entry: AuditEntry | null; close: () => void }) {
  const { t, find } = useText();
  const { entry } = props;
  return (
    <Drawer
      open={entry !== null}
      size={520}
      onClose={props.close}
      title={entry && t("ui.audit.entry", { seq: entry.seq })}
    >
      {entry && (
        <dl className="facts">
          <dt>{t("ui.audit.at")}</dt>
          <dd>
            <Moment exact at={entry.at} />
          </dd>
          <dt>{t("ui.audit.actor")}</dt>
          <dd>
            {nameOf(entry, find)} <span className="mono soft">{entry.actor.id}</span>
          </dd>
          <dt>{t("ui.audit.act")}</dt>
          <dd>
            {find(`audit.${entry.act}`)} <span className="mono soft">{entry.act}</span>
          </dd>
          <dt>{t("ui.audit.object")}</dt>
          <dd>
            <span className="mono">{entry.object ? objectOf(entry.object, find) : "–"}</span>{" "}
            {entry.object && <ToObject object={entry.object} />}
          </dd>
          <dt>{t("ui.audit.outcome")}</dt>
          <dd>{find(`ui.outcome_word.${entry.outcome}`) ?? entry.outcome}</dd>
          <dt>{t("ui.audit.detail")}</dt>
          <dd>
            <pre className="mono" style={{ margin: 0, whiteSpace: "pre-wrap" }}>
              {JSON.stringify(entry.detail, null, 2)}
            </pre>
          </dd>
          <dt>{t("ui.audit.hash")}</dt>
          <dd className="mono">{entry.leaf_hash}</dd>
        </dl>
      )}
    </Drawer>
  );
}

/** Where objects are shown, for kinds that have a page. */
const PAGES = {
  archive_hold: "/archive/holds",
  archive_policy: "/archive/policies",
  archive_review: "/archive/reviews/$id",
  case: "/cases/$id",
  conversation: "/archive/conversations/$id",
  customer: "/customers/$id",
  erasure: "/archive/erasures",
  handover: "/handovers/$id",
  rule_set: "/rules/$id",
} as const;

function ToObject(props: { object: NonNullable<AuditEntry["object"]> }) {
  const { t } = useText();
  const { kind, id } = props.object;
  if (!Object.hasOwn(PAGES, kind)) return null;
  return (
    <Link to={PAGES[kind as keyof typeof PAGES]} params={{ id }}>
      {t("ui.audit.to_object")}
    </Link>
  );
}
