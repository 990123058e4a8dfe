/** Codes and links that lead to the leaver: what becomes of them, what has, what is left by hand. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useState } from "react";
import { contactWays } from "../../api/calls";
import type {
  ByHandItem,
  ContactWayMove,
  ContactWayOfLeaver,
  LeaverContactWays,
} from "../../api/contract";
import { useText } from "../../app/appearance";
import { STATE_COLOURS } from "../../app/theme";
import { MemberSelect } from "../../elements/MemberSelect";
import { Moment } from "../../elements/Moment";
import { Loaded, Nothing, useTold } from "../../elements/Problems";
import { Mark } from "../../elements/StateMark";
import { useMay } from "../../session/session";
import { kindOf, nameOf, namesOf, stateOf } from "../ways/words";

const OPEN = ["planned", "intended", "unsure"];

export function LeaverWays(props: { userid: string }) {
  const asked = useQuery({
    queryKey: ["contact-ways", "leaver", props.userid],
    queryFn: () => contactWays.ofLeaver(props.userid),
    refetchInterval: (query) => (query.state.data?.ways.some(isUnderWay) ? 2_000 : 30_000),
  });
  return (
    <Loaded of={asked}>
      {(found) => (
        <div className="stack">
          <Notes found={found} />
          <Naming userid={props.userid} found={found} />
          {found.changed.length > 0 && <Changed moves={found.changed} />}
          <ByHand userid={props.userid} items={found.by_hand} />
        </div>
      )}
    </Loaded>
  );
}

const keyOf = (way: { kind: string; way_id: string }) => `${way.kind} ${way.way_id}`;
const isUnderWay = (one: ContactWayOfLeaver) => one.last !== null && OPEN.includes(one.last.state);

function Notes(props: { found: LeaverContactWays }) {
  const { t } = useText();
  const { employed, not_permitted } = props.found;
  return (
    <>
      {employed && <Alert type="info" showIcon title={t("ui.ways.employed")} />}
      {not_permitted.map((kind) => (
        <Alert
          key={kind}
          type="warning"
          showIcon
          title={t(`ui.contact_ways.not_permitted.${kind}`)}
        />
      ))}
    </>
  );
}

/** Those that name the leaver now, and the button that changes it. */
function Naming(props: { userid: string; found: LeaverContactWays }) {
  const { t } = useText();
  const told = useTold();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const mayChange = useMay("handover.execute");
  const [chosen, setChosen] = useState<Record<string, string[]>>({});
  const { ways, total, employed } = props.found;
  const ready = ways.filter(
    (one) =>
      !isUnderWay(one) && (!one.proposal.nobody || (chosen[keyOf(one.way)] ?? []).length > 0),
  );
  const point = useMutation({
    mutationFn: () =>
      contactWays.point(props.userid, {
        only_chosen: true,
        to: ready.map((one) => ({
          kind: one.way.kind,
          way_id: one.way.way_id,
          members: chosen[keyOf(one.way)] ?? [],
        })),
      }),
    onSuccess: (done) => {
      setChosen({});
      void message.success(t("ui.ways.planned", { count: done.planned }));
      return queries.invalidateQueries({ queryKey: ["contact-ways"] });
    },
    onError: (error) => void message.error(told(error)),
  });
  const ask = () =>
    void modal.confirm({
      title: t("ui.ways.confirm.title", { count: ready.length }),
      content: t("ui.ways.confirm.told"),
      okText: t("ui.ways.confirm.act"),
      cancelText: t("ui.cancel.keep"),
      onOk: () => point.mutateAsync().catch(() => {}),
    });
  return (
    <section className="card">
      <div className="row spread" style={{ marginBottom: 8 }}>
        <h2 className="card-title" style={{ margin: 0 }}>
          {t("ui.ways.title", { count: total })}
        </h2>
        {mayChange && !employed && ways.length > 0 && (
          <Button
            type="primary"
            disabled={ready.length === 0}
            loading={point.isPending}
            onClick={ask}
          >
            {t("ui.ways.point", { count: ready.length })}
          </Button>
        )}
      </div>
      {ways.length === 0 ? (
        <Nothing told={t("ui.ways.none")} />
      ) : (
        <>
          <p className="soft small">{t("ui.ways.told")}</p>
          <NamingTable
            {...props}
            editable={mayChange && !employed}
            chosen={chosen}
            choose={(key, members) => setChosen((old) => ({ ...old, [key]: members }))}
          />
        </>
      )}
    </section>
  );
}

function NamingTable(props: {
  userid: string;
  found: LeaverContactWays;
  editable: boolean;
  chosen: Record<string, string[]>;
  choose: (key: string, members: string[]) => void;
}) {
  const text = useText();
  const { t } = text;
  const [known, setKnown] = useState<Record<string, string>>({});
  const after = (one: ContactWayOfLeaver) => {
    const key = keyOf(one.way);
    if (!one.proposal.nobody) return namesOf(one.proposal.members, one.way.departments, text);
    if (!props.editable || isUnderWay(one)) return t("ui.ways.choose");
    return (
      <MemberSelect
        single={one.way.single}
        leaver={props.userid}
        label={t("ui.ways.choose_for", { name: nameOf(one.way, text) })}
        value={props.chosen[key] ?? []}
        known={known}
        onKnown={(userid, name) => setKnown((old) => ({ ...old, [userid]: name }))}
        onChange={(members) => props.choose(key, members)}
      />
    );
  };
  const columns: ColumnsType<ContactWayOfLeaver> = [
    { key: "name", title: t("ui.contact_ways.name"), render: (_, one) => nameOf(one.way, text) },
    { key: "kind", title: t("ui.contact_ways.kind"), render: (_, one) => kindOf(one.way, text) },
    {
      key: "channel",
      title: t("ui.contact_ways.channel"),
      render: (_, one) => <span className="mono">{one.way.channel || "–"}</span>,
    },
    {
      key: "members",
      title: t("ui.contact_ways.members"),
      render: (_, one) => namesOf(one.way.members, one.way.departments, text),
    },
    { key: "after", title: t("ui.ways.after"), width: 260, render: (_, one) => after(one) },
    {
      key: "state",
      title: t("ui.ways.state"),
      width: 150,
      render: (_, one) => (one.last ? <State move={one.last} /> : "–"),
    },
  ];
  return (
    <Table<ContactWayOfLeaver>
      size="small"
      rowKey={(one) => keyOf(one.way)}
      pagination={props.found.ways.length > 20 ? { pageSize: 20 } : false}
      scroll={{ x: "max-content" }}
      columns={columns}
      dataSource={props.found.ways}
    />
  );
}

const COLOURS: Record<string, string | undefined> = {
  done: STATE_COLOURS.taken_over,
  elsewhere: STATE_COLOURS.taken_over,
  unneeded: STATE_COLOURS.cancelled,
  gone: STATE_COLOURS.cancelled,
  intended: STATE_COLOURS.waiting,
  unsure: STATE_COLOURS.waiting,
  failed: STATE_COLOURS.refused,
  nobody: STATE_COLOURS.refused,
  by_hand: STATE_COLOURS.postponed,
};

function State(props: { move: ContactWayMove }) {
  const text = useText();
  const { move } = props;
  const why = move.errcode !== null ? text.find(`errcode.${move.errcode}`) : undefined;
  return (
    <>
      <Mark colour={COLOURS[move.state]} word={stateOf(move.state, text)} />
      {move.errcode !== null && (
        <div className="soft small">{[why, move.errcode].filter(Boolean).join(" · ")}</div>
      )}
      {move.changed.length > 0 && (
        <div className="soft small">
          {text.t("ui.ways.also_changed", { parts: move.changed.join(", ") })}
        </div>
      )}
    </>
  );
}

/** What was changed, with what was there before. */
function Changed(props: { moves: ContactWayMove[] }) {
  const text = useText();
  const { t } = text;
  const columns: ColumnsType<ContactWayMove> = [
    { key: "name", title: t("ui.contact_ways.name"), render: (_, one) => nameOf(one, text) },
    {
      key: "before",
      title: t("ui.ways.before"),
      render: (_, one) => namesOf(one.members_before, [], text),
    },
    {
      key: "now",
      title: t("ui.ways.now"),
      render: (_, one) =>
        one.members_after.length > 0
          ? namesOf(one.members_after, [], text)
          : t("ui.ways.departments"),
    },
    { key: "state", title: t("ui.ways.state"), render: (_, one) => <State move={one} /> },
    { key: "at", title: t("ui.ways.at"), render: (_, one) => <Moment at={one.ended_at} /> },
  ];
  return (
    <section className="card">
      <h2>{t("ui.ways.changed", { count: props.moves.length })}</h2>
      <Table<ContactWayMove>
        size="small"
        rowKey={(one) => one.id}
        pagination={props.moves.length > 20 ? { pageSize: 20 } : false}
        scroll={{ x: "max-content" }}
        columns={columns}
        dataSource={props.moves}
      />
    </section>
  );
}

function ByHand(props: { userid: string; items: ByHandItem[] }) {
  const { t, find } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const mayTick = useMay("handover.execute");
  const tick = useMutation({
    mutationFn: (of: { item: string; done: boolean }) =>
      contactWays.tick(props.userid, of.item, of.done),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["contact-ways", "leaver"] }),
    onError: (error) => void message.error(told(error)),
  });
  // Shown at once; the server's word follows.
  const [under, setUnder] = useState<{ item: string; done: boolean }>();
  const set = (of: { item: string; done: boolean }) => {
    setUnder(of);
    tick.mutate(of, { onSettled: () => setUnder(undefined) });
  };
  return (
    <section className="card">
      <h2>{t("ui.ways.by_hand")}</h2>
      <p className="soft small">{t("ui.ways.by_hand.told")}</p>
      <div className="stack" style={{ gap: 10 }}>
        {props.items.map((one) => (
          <div key={one.item}>
            <Checkbox
              checked={under?.item === one.item ? under.done : one.done_at !== null}
              disabled={!mayTick || under !== undefined}
              onChange={(event) => set({ item: one.item, done: event.target.checked })}
            >
              {find(`contact_way.by_hand.${one.item}`) ?? one.item}
            </Checkbox>
            <div className="soft small" style={{ paddingInlineStart: 24 }}>
              {find(`contact_way.by_hand.${one.item}.where`)}
              {one.done_at !== null && (
                <>
                  {" · "}
                  {t("ui.ways.done_by", { name: one.done_by ?? "" })} <Moment at={one.done_at} />
                </>
              )}
            </div>
          </div>
        ))}
      </div>
    </section>
  );
}
