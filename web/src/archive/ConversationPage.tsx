/** One conversation, from a hit or its end, with more both ways. */

import { ArrowLeftOutlined, SearchOutlined } from "@ant-design/icons";
import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Button, Drawer, type InputRef, Select, Skeleton, Tag } from "antd";
import {
  Fragment,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { archive } from "../api/calls";
import type { Conversation, MessagePage } from "../api/contract";
import { useText } from "../app/appearance";
import { LinkButton } from "../elements/LinkButton";
import { Nothing } from "../elements/Problems";
import { Bubble } from "./Bubble";
import { Consents } from "./Consents";
import { nameOf, openedKey } from "./conversation";
import { Evidence } from "./Evidence";
import { Finder } from "./Finder";
import { toMessage, useKeys } from "./keys";
import { More } from "./More";
import { ReasonLine, ReasonOrProblem } from "./Reason";
import { follows, joined, leftOf, startsDay } from "./thread";

const route = getRouteApi("/archive/conversations/$id");

type Place = { around?: string; before?: string; after?: string };

export function ConversationPage() {
  const { id } = route.useParams();
  const { around, sender } = route.useSearch();
  const [last, setLast] = useState<{ of: string; hits: readonly string[] }>({ of: id, hits: [] });
  const setHits = useCallback((hits: readonly string[]) => setLast({ of: id, hits }), [id]);
  const found = useInfiniteQuery<
    MessagePage,
    Error,
    InfiniteData<MessagePage, Place>,
    unknown[],
    Place
  >({
    queryKey: ["archive", "thread", id, around ?? "", sender ?? ""],
    queryFn: ({ pageParam, signal }) => archive.messages(id, { ...pageParam, sender }, signal),
    initialPageParam: around ? { around } : {},
    getPreviousPageParam: (page) => (page.before ? { before: page.before } : undefined),
    getNextPageParam: (page) => (page.after ? { after: page.after } : undefined),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const queries = useQueryClient();
  const conversation = found.data?.pages.at(-1)?.conversation;
  useEffect(() => {
    if (conversation) queries.setQueryData(openedKey(id), conversation);
  }, [queries, id, conversation]);
  if (found.error && !found.data) {
    return <ReasonOrProblem error={found.error} retry={() => void found.refetch()} />;
  }
  if (!found.data) return <Skeleton active title={false} paragraph={{ rows: 8 }} />;
  return (
    <Shown
      key={id}
      conversation={conversation}
      found={found}
      hits={last.of === id ? last.hits : []}
      setHits={setHits}
    />
  );
}

/** The conversation with what was found in it last, and the keys to go through both. */
function Shown(props: {
  conversation: Conversation | undefined;
  found: Found;
  /** Ids of what was found in it last, newest first. */
  hits: readonly string[];
  setHits: (hits: readonly string[]) => void;
}) {
  const { id } = route.useParams();
  const { around, sender } = route.useSearch();
  const navigate = route.useNavigate();
  const [finding, setFinding] = useState(false);
  const { hits, setHits } = props;
  const toHit = (step: number) => {
    const next = hits[hits.indexOf(around ?? "") + step];
    if (next) void navigate({ search: (old) => ({ ...old, around: next, sender: undefined }) });
  };
  useKeys({
    j: () => toMessage(1),
    k: () => toMessage(-1),
    n: () => toHit(1),
    p: () => toHit(-1),
    "/": () => setFinding(true),
  });
  return (
    <>
      {props.conversation && (
        <Head
          conversation={props.conversation}
          finding={finding}
          setFinding={setFinding}
          onHits={setHits}
        />
      )}
      <Thread
        key={`${id} ${around ?? ""} ${sender ?? ""}`}
        found={props.found}
        hit={around}
        left={props.conversation && leftOf(props.conversation)}
      />
    </>
  );
}

function Head(props: {
  conversation: Conversation;
  finding: boolean;
  setFinding: (finding: boolean) => void;
  onHits: (ids: readonly string[]) => void;
}) {
  const { t } = useText();
  const { conversation, finding, setFinding } = props;
  const field = useRef<InputRef>(null);
  const { sender } = route.useSearch();
  const navigate = route.useNavigate();
  const filters = useMemo(() => {
    const here = { by: "conversation" as const, value: conversation.subject };
    const said = sender ? [{ by: "sender" as const, value: sender }] : [];
    return { wanted: [here, ...said] };
  }, [conversation.subject, sender]);
  return (
    <div className="thread-head">
      <LinkButton
        className="only-narrow"
        to="/archive/conversations"
        search={{}}
        look="text"
        icon={<ArrowLeftOutlined />}
        aria-label={t("ui.menu.conversations")}
      />
      <div className="grow">
        <h2>{nameOf(conversation) || t("ui.archive.unnamed")}</h2>
        <ReasonLine />
        <Kept conversation={conversation} />
      </div>
      <Select
        allowClear
        style={{ width: 150 }}
        aria-label={t("ui.archive.sender")}
        placeholder={t("ui.archive.sender")}
        value={sender ?? null}
        options={conversation.people.map((one) => ({ value: one.id, label: one.name || one.id }))}
        onChange={(value) =>
          void navigate({
            search: (old) => ({ ...old, sender: value ?? undefined, around: undefined }),
          })
        }
      />
      <Consents conversation={conversation} />
      <Evidence conversation={conversation} />
      <Button
        icon={<SearchOutlined />}
        aria-keyshortcuts="/"
        title={t("ui.archive.shortcuts")}
        onClick={() => setFinding(true)}
      >
        {t("ui.archive.find_here")}
      </Button>
      <Drawer
        open={finding}
        size={440}
        title={t("ui.archive.find_here")}
        destroyOnHidden
        afterOpenChange={(open) => open && field.current?.focus()}
        onClose={() => setFinding(false)}
      >
        <Finder
          filters={filters}
          eager={false}
          within
          field={field}
          onHits={props.onHits}
          link={(message, shown) => (
            <button
              type="button"
              className="as-link"
              onClick={() => {
                setFinding(false);
                void navigate({
                  search: (old) => ({ ...old, around: message.id, sender: undefined }),
                });
              }}
            >
              {shown}
            </button>
          )}
        />
      </Drawer>
    </div>
  );
}

/** What stands over the conversation: a hold, and who refuses the archive. */
function Kept(props: { conversation: Conversation }) {
  const { t, exact } = useText();
  const { is_held, people, refusals } = props.conversation;
  const named = (id: string) => people.find((one) => one.id === id)?.name || id;
  return (
    <>
      {is_held && <Tag color="gold">{t("ui.archive.held")}</Tag>}
      {refusals.map((one) => (
        <Tag key={one.external_userid} color="red">
          {one.since > 0
            ? t("ui.archive.refused_since", {
                name: named(one.external_userid),
                since: exact(one.since),
              })
            : t("ui.archive.refused", { name: named(one.external_userid) })}
        </Tag>
      ))}
    </>
  );
}

interface Found {
  data: InfiniteData<MessagePage, Place> | undefined;
  error: unknown;
  hasPreviousPage: boolean;
  hasNextPage: boolean;
  isFetchingPreviousPage: boolean;
  isFetchPreviousPageError: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchPreviousPage: () => unknown;
  fetchNextPage: () => unknown;
}

function Thread(props: { found: Found; hit: string | undefined; left: string | undefined }) {
  const text = useText();
  const { t } = text;
  const { found, hit } = props;
  const pages = found.data?.pages;
  const messages = useMemo(() => joined(pages ?? []), [pages]);
  const scroller = useRef<HTMLElement>(null);
  const isReady = useKeptPlace(scroller, messages[0]?.id, hit);
  if (messages.length === 0 && !found.hasPreviousPage && !found.hasNextPage) {
    return <Nothing told={t("ui.archive.empty")} />;
  }
  const turn = pages?.length ?? 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the keyboard
    <section ref={scroller} className="thread" aria-label={t("ui.archive.messages")} tabIndex={0}>
      {found.hasPreviousPage && (
        <More
          word={t("ui.archive.older")}
          loading={found.isFetchingPreviousPage}
          error={found.isFetchPreviousPageError && found.error}
          turn={turn}
          auto={isReady}
          onMore={() => void found.fetchPreviousPage()}
        />
      )}
      <ol>
        {messages.map((message, index) => {
          const previous = messages[index - 1];
          const day = startsDay(previous?.sent_at, message.sent_at);
          return (
            <Fragment key={message.id}>
              {day && (
                <li className="chat-event">{text.day(Math.floor(message.sent_at / 1000))}</li>
              )}
              <Bubble
                message={message}
                hit={message.id === hit}
                left={props.left}
                named={!follows(previous, message)}
              />
            </Fragment>
          );
        })}
      </ol>
      {found.hasNextPage && (
        <More
          word={t("ui.archive.newer")}
          loading={found.isFetchingNextPage}
          error={found.isFetchNextPageError && found.error}
          turn={turn}
          auto={isReady}
          onMore={() => void found.fetchNextPage()}
        />
      )}
    </section>
  );
}

/** Begins at the hit or the end, and keeps what is read in its place while older ones come. */
function useKeptPlace(
  scroller: React.RefObject<HTMLElement | null>,
  first: string | undefined,
  hit: string | undefined,
): boolean {
  const [isReady, setReady] = useState(false);
  const before = useRef<{ first: string; height: number } | null>(null);
  useLayoutEffect(() => {
    const place = scroller.current;
    if (!place || first === undefined) return;
    if (before.current === null) {
      const wanted = hit && place.querySelector(`[data-message="${CSS.escape(hit)}"]`);
      place.scrollTop = wanted
        ? (wanted as HTMLElement).offsetTop - place.clientHeight / 3
        : place.scrollHeight;
      setReady(true);
    } else if (before.current.first !== first) {
      place.scrollTop += place.scrollHeight - before.current.height;
    }
    before.current = { first, height: place.scrollHeight };
  });
  return isReady;
}
