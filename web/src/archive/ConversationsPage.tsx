/** Conversations at the left, the one that is read at the right. */

import { skipToken, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet, useParams } from "@tanstack/react-router";
import { Alert, Select, Tag } from "antd";
import { useEffect, useRef } from "react";
import { archive } from "../api/calls";
import type { Channel, Conversation, ConversationKind } from "../api/contract";
import { useText } from "../app/appearance";
import { Moment } from "../elements/Moment";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, Nothing } from "../elements/Problems";
import { CHANNELS, nameOf, openedKey } from "./conversation";
import { More } from "./More";
import { PersonSelect } from "./PersonSelect";
import "./archive.css";

const route = getRouteApi("/archive/conversations");
const KINDS = ["single", "room"] as const;

export function ConversationsPage() {
  const { t } = useText();
  const { id } = useParams({ strict: false });
  return (
    <Needs act="archive.read">
      <PageFrame
        title={t("ui.menu.conversations")}
        crumbs={[{ title: t("ui.menu.archive") }, { title: t("ui.menu.conversations") }]}
      >
        <div className={id ? "talks reading" : "talks"}>
          <List chosen={id} />
          <div className="talks-read">
            {id ? <Outlet /> : <Nothing told={t("ui.archive.choose")} />}
          </div>
        </div>
      </PageFrame>
    </Needs>
  );
}

function List(props: { chosen: string | undefined }) {
  const { t } = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (part: Partial<typeof search>) =>
    void navigate({
      to: ".",
      search: (old: typeof search) => ({ ...old, ...part }),
      replace: true,
    });
  const kind = KINDS.find((one) => one === search.kind) as ConversationKind | undefined;
  const channel = CHANNELS.find((one) => one === search.channel) as Channel | undefined;
  const found = useInfiniteQuery({
    queryKey: ["archive", "conversations", search.person ?? "", search.room ?? "", kind, channel],
    queryFn: ({ pageParam, signal }) =>
      archive.conversations(
        { person: search.person, room: search.room, kind, channel, cursor: pageParam },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const customer = search.side === "staff" ? undefined : search.person;
  const opened = useQuery<Conversation>({
    queryKey: openedKey(props.chosen ?? ""),
    queryFn: skipToken,
  });
  return (
    <section className="card talks-list" aria-label={t("ui.menu.conversations")}>
      <div className="filters">
        <PersonSelect
          value={search.person}
          side={search.side === "staff" ? "staff" : "customer"}
          onChange={(person, side) => change({ person, side, room: undefined })}
        />
        {search.room && (
          <Tag closable onClose={() => change({ room: undefined })}>
            {t("ui.archive.one_room")}
          </Tag>
        )}
        <Select
          allowClear
          style={{ width: 86 }}
          aria-label={t("ui.archive.sort")}
          placeholder={t("ui.archive.sort")}
          value={kind ?? null}
          options={KINDS.map((value) => ({ value, label: t(`ui.archive.sort.${value}`) }))}
          onChange={(value) => change({ kind: value ?? undefined })}
        />
        <Select
          allowClear
          style={{ width: 86 }}
          aria-label={t("ui.archive.channel")}
          placeholder={t("ui.archive.channel")}
          value={channel ?? null}
          options={CHANNELS.map((value) => ({ value, label: t(`ui.archive.channel.${value}`) }))}
          onChange={(value) => change({ channel: value ?? undefined })}
        />
      </div>
      <Loaded of={found}>
        {(data) => {
          const items = data.pages.flatMap((page) => page.items);
          const missed = <Missed customer={customer} room={search.room} beside={items} />;
          if (items.length === 0 && !found.hasNextPage) return missed;
          const isListed = items.some((one) => one.id === props.chosen);
          return (
            <div className="talks-scroll">
              {!found.hasNextPage && missed}
              {!isListed && opened.data && (
                <section className="talks-opened" aria-label={t("ui.archive.opened")}>
                  <p className="soft small">{t("ui.archive.opened")}</p>
                  <ul>
                    <Entry conversation={opened.data} chosen />
                  </ul>
                </section>
              )}
              <ul>
                {items.map((one) => (
                  <Entry key={one.id} conversation={one} chosen={one.id === props.chosen} />
                ))}
              </ul>
              {found.hasNextPage && (
                <More
                  word={t("ui.archive.more")}
                  loading={found.isFetchingNextPage}
                  error={found.isFetchNextPageError && found.error}
                  turn={data.pages.length}
                  onMore={() => void found.fetchNextPage()}
                />
              )}
            </div>
          );
        }}
      </Loaded>
    </section>
  );
}

/** Why there is nothing of a customer or group that was handed over, as far as it can be told. */
function Missed(props: {
  customer: string | undefined;
  room: string | undefined;
  /** What is listed all the same. */
  beside: readonly Conversation[];
}) {
  const { t } = useText();
  const { room, beside } = props;
  const customer = room ? undefined : props.customer;
  // What somebody else had with the customer is the history.
  const isMissed = beside.every((one) => one.is_own);
  const asked = useQuery({
    queryKey: ["archive", "nothing", customer ?? "", room ?? ""],
    queryFn: ({ signal }) => archive.nothing({ customer, room }, signal),
    enabled: isMissed && Boolean(customer || room),
  });
  const why = asked.data?.why;
  const isTold = asked.data && why !== "not_granted";
  if (beside.length === 0) {
    const told = isTold ? t(`ui.archive.nothing.${why ?? "silent"}`) : undefined;
    return <Nothing told={told ?? t("ui.archive.conversations.none")} />;
  }
  // Others may have refused, or been archived, in a room of which something is there.
  const isSure = !room || why === "no_history" || why === "not_taken_over";
  if (!isMissed || !isTold || !why || !isSure) return null;
  return (
    <Alert
      className="talks-missed"
      type="info"
      title={
        <>
          <b>{t("ui.archive.nothing.before")}</b>
          <br />
          {t(`ui.archive.nothing.${why}`)}
        </>
      }
    />
  );
}

function Entry(props: { conversation: Conversation; chosen: boolean }) {
  const { t } = useText();
  const { conversation, chosen } = props;
  const entry = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) entry.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <li ref={entry}>
      <Link
        to="/archive/conversations/$id"
        params={{ id: conversation.id }}
        search={(old) => ({ ...old, around: undefined, sender: undefined })}
        className="talk"
        aria-current={chosen || undefined}
      >
        <span className="ellipsis">{nameOf(conversation) || t("ui.archive.unnamed")}</span>
        <small>
          {t(`ui.archive.sort.${conversation.kind}`)} ·{" "}
          {t(`ui.archive.channel.${conversation.channel}`)} ·{" "}
          {t("ui.archive.count", { count: conversation.messages })}
        </small>
        <small>
          <Moment at={Math.floor(conversation.last_at / 1000)} />
        </small>
      </Link>
    </li>
  );
}
