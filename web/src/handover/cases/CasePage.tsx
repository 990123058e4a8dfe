import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Alert, App, Button, Checkbox, Input, Modal, Tag } from "antd";
import { useState } from "react";
import { cases } from "../../api/calls";
import type { Case, CaseItem } from "../../api/contract";
import { useText } from "../../app/appearance";
import { LinkButton } from "../../elements/LinkButton";
import { Moment } from "../../elements/Moment";
import { PageFrame } from "../../elements/PageFrame";
import { Loaded, Needs, Nothing, useTold } from "../../elements/Problems";
import { useMay, useSession } from "../../session/session";
import { HandoverLine } from "../HandoverLine";
import { CaseMark, Due } from "./CasesPage";
import { Charge } from "./Charge";

const route = getRouteApi("/cases/$id");

export function CasePage() {
  return (
    <Needs act="case.view">
      <One />
    </Needs>
  );
}

/** Every change answers with the whole case. */
function useChange<T>(id: string, change: (input: T) => Promise<Case>) {
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (fresh) => {
      queries.setQueryData(["cases", "one", id], fresh);
      void queries.invalidateQueries({ queryKey: ["cases", "list"] });
      void queries.invalidateQueries({ queryKey: ["overview"] });
    },
    onError: (error) => void message.error(told(error)),
  });
}

function One() {
  const { t } = useText();
  const { id } = route.useParams();
  const mayManage = useMay("case.manage");
  const asked = useQuery({
    queryKey: ["cases", "one", id],
    queryFn: () => cases.get(id),
    refetchInterval: 30_000,
  });
  const one = asked.data;
  const name = one?.name || one?.userid || t("ui.loading");
  return (
    <PageFrame
      title={name}
      told={
        one && (
          <>
            {t(`ui.cases.reason.${one.reason as "left" | "disabled" | "manual"}`)} ·{" "}
            <Moment at={one.opened_at} /> · {t("ui.case.template", { name: one.template || "–" })}
          </>
        )
      }
      name={name}
      crumbs={[
        { title: t("ui.menu.handover") },
        { title: t("ui.menu.cases"), to: "/cases" },
        { title: name },
      ]}
      action={one && mayManage && <Acts of={one} />}
    >
      <Loaded of={asked}>{(data) => <Content of={data} mayManage={mayManage} />}</Loaded>
    </PageFrame>
  );
}

function Acts(props: { of: Case }) {
  const { t } = useText();
  const { of } = props;
  const mayPlan = useMay("handover.plan");
  const [closing, setClosing] = useState(false);
  const reopen = useChange(of.id, () => cases.reopen(of.id));
  if (of.state === "closed") {
    return (
      <Button loading={reopen.isPending} onClick={() => reopen.mutate(undefined)}>
        {t("ui.case.reopen")}
      </Button>
    );
  }
  return (
    <>
      {mayPlan && (
        <LinkButton to="/handovers/new" search={{ leaver: of.userid }}>
          {t("ui.handover.start")}
        </LinkButton>
      )}
      <Button type="primary" onClick={() => setClosing(true)}>
        {t("ui.case.close")}
      </Button>
      <Modal
        open={closing}
        title={t("ui.case.close")}
        footer={null}
        destroyOnHidden
        onCancel={() => setClosing(false)}
      >
        <Closing of={of} done={() => setClosing(false)} />
      </Modal>
    </>
  );
}

function Closing(props: { of: Case; done: () => void }) {
  const { t } = useText();
  const { of } = props;
  const [text, setText] = useState("");
  const close = useChange(of.id, async () => {
    const fresh = await cases.close(of.id, text.trim());
    props.done();
    return fresh;
  });
  const blocked = of.items_blocking > 0 && !of.is_back;
  return (
    <div className="stack">
      {of.is_back && <Alert type="info" showIcon title={t("ui.case.close.back")} />}
      {blocked && (
        <Alert
          type="warning"
          showIcon
          title={t("ui.case.close.blocked", { count: of.items_blocking })}
          description={
            <ul style={{ margin: 0, paddingInlineStart: 18 }}>
              {of.items
                .filter((item) => item.mandatory && !item.is_done)
                .map((item) => (
                  <li key={item.number}>{item.title}</li>
                ))}
            </ul>
          }
        />
      )}
      <Input.TextArea
        aria-label={t("ui.case.close.closing")}
        placeholder={t("ui.case.close.closing")}
        maxLength={2000}
        autoSize={{ minRows: 2, maxRows: 6 }}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button
        type="primary"
        block
        disabled={blocked || (of.is_back && !text.trim())}
        loading={close.isPending}
        onClick={() => close.mutate(undefined)}
      >
        {t("ui.case.close")}
      </Button>
    </div>
  );
}

function Content(props: { of: Case; mayManage: boolean }) {
  const { t, number } = useText();
  const { of, mayManage } = props;
  const open = of.state === "open";
  const figures = [
    [t("ui.case.snapshot.customers"), of.customers],
    [t("ui.case.waiting.customers"), of.customers_waiting],
    [t("ui.case.snapshot.groups"), of.groups],
    [t("ui.case.waiting.groups"), of.groups_waiting],
  ] as const;
  return (
    <div className="stack">
      {!open && (
        <Alert
          type="success"
          showIcon
          title={t("ui.case.closed.told", {
            name: of.closed_by ?? "",
            closing: of.closing || "–",
          })}
        />
      )}
      {open && !of.assets_known && (
        <Alert type="info" showIcon title={t("ui.case.assets.unknown")} />
      )}
      <div className="grid-4">
        {figures.map(([title, value]) => (
          <section className="card figure" key={title}>
            <h2>{title}</h2>
            <b>{number(value)}</b>
          </section>
        ))}
      </div>
      <div className="wide-narrow">
        <section className="card">
          <div className="row spread" style={{ marginBottom: 8 }}>
            <h2 style={{ margin: 0, fontSize: 15 }}>{t("ui.cases.progress")}</h2>
            <span className="row small">
              <CaseMark of={of} />
              <span className="soft">
                {t("ui.cases.due")}: <Due of={of} />
              </span>
              <Owner of={of} mayManage={mayManage && open} />
            </span>
          </div>
          <ul style={{ listStyle: "none", margin: 0, padding: 0 }} className="stack tight">
            {of.items.map((item) => (
              <Item key={item.number} of={of} item={item} mayManage={mayManage && open} />
            ))}
          </ul>
        </section>
        <div className="stack">
          <section className="card stack tight">
            <h2>{t("ui.case.handovers")}</h2>
            {of.handovers.length === 0 ? (
              <Nothing told={t("ui.case.handovers.none")} />
            ) : (
              of.handovers.map((handover) => <HandoverLine key={handover.id} handover={handover} />)
            )}
            <Link to="/leavers/$userid" params={{ userid: of.userid }} className="small">
              {of.userid}
            </Link>
          </section>
          <Comments of={of} mayManage={mayManage} />
        </div>
      </div>
    </div>
  );
}

function Owner(props: { of: Case; mayManage: boolean }) {
  const { t } = useText();
  const me = useSession().account.id;
  const { of } = props;
  const take = useChange(of.id, () => cases.change(of.id, { owner: me }));
  const charge = useChange(of.id, (wanted: { owner: string; due_at: number }) =>
    cases.change(of.id, wanted),
  );
  return (
    <>
      <span className="soft">
        {t("ui.cases.owner")}: {of.owner_name ?? t("ui.cases.owner.none")}
      </span>
      {props.mayManage && of.owner !== me && (
        <Button size="small" loading={take.isPending} onClick={() => take.mutate(undefined)}>
          {t("ui.cases.owner.mine")}
        </Button>
      )}
      {props.mayManage && (
        <Charge
          of={{ owner: of.owner ?? null, due_at: of.due_at }}
          title={of.name || of.userid}
          change={charge.mutateAsync}
        />
      )}
    </>
  );
}

function Item(props: { of: Case; item: CaseItem; mayManage: boolean }) {
  const { t, day } = useText();
  const { of, item } = props;
  const change = useChange(of.id, (done: boolean) => cases.item(of.id, item.number, { done }));
  const charge = useChange(of.id, (wanted: { owner: string; due_at: number }) =>
    cases.item(of.id, item.number, wanted),
  );
  const automatic = item.kind !== "manual";
  return (
    <li className="row" style={{ alignItems: "baseline" }}>
      <Checkbox
        checked={item.is_done}
        disabled={automatic || !props.mayManage || change.isPending}
        aria-label={t("ui.case.item.tick", { title: item.title })}
        onChange={(event) => change.mutate(event.target.checked)}
      />
      <span style={{ flex: 1 }}>
        {item.title} {item.mandatory && <Tag>{t("ui.case.item.mandatory")}</Tag>}
        <span className="soft small ellipsis">
          {automatic && `${t("ui.case.item.automatic")} · `}
          {item.done_at ? (
            <>
              {t("ui.case.item.by", { name: item.done_by_name ?? item.done_by ?? "" })}{" "}
              <Moment at={item.done_at} />
            </>
          ) : (
            t("ui.case.item.due", { day: day(item.due_at) })
          )}
          {item.owner_name && ` · ${t("ui.case.item.owner", { name: item.owner_name })}`}
          {item.note && ` · ${item.note}`}
        </span>
      </span>
      {item.is_overdue && of.state === "open" && (
        <Tag color="error">{t("ui.case.item.overdue")}</Tag>
      )}
      {props.mayManage && (
        <Charge
          of={{ owner: item.owner ?? null, due_at: item.due_at }}
          title={item.title}
          change={charge.mutateAsync}
        />
      )}
    </li>
  );
}

function Comments(props: { of: Case; mayManage: boolean }) {
  const { t } = useText();
  const { of } = props;
  const [text, setText] = useState("");
  const send = useChange(of.id, async () => {
    const fresh = await cases.comment(of.id, text.trim());
    setText("");
    return fresh;
  });
  return (
    <section className="card stack tight">
      <h2>{t("ui.case.comments")}</h2>
      {of.comments.map((comment) => (
        <div key={comment.id}>
          <div className="soft small">
            {comment.by_name ?? comment.by} · <Moment at={comment.at} />
          </div>
          <div style={{ whiteSpace: "pre-wrap" }}>{comment.body}</div>
        </div>
      ))}
      {props.mayManage && (
        <>
          <Input.TextArea
            aria-label={t("ui.case.comment.write")}
            placeholder={t("ui.case.comment.write")}
            maxLength={2000}
            autoSize={{ minRows: 2, maxRows: 6 }}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button
            disabled={!text.trim()}
            loading={send.isPending}
            onClick={() => send.mutate(undefined)}
          >
            {t("ui.case.comment.send")}
          </Button>
        </>
      )}
    </section>
  );
}
