/** One conversation, from a hit or its end, with more both ways. */

import { ArrowLeftOutlined, SearchOutlined } from "@ant-design/icons";
import {
  type InfiniteData,
  skipToken,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Button, Drawer, type InputRef, Select, Skeleton, Tag } from "antd";
import { Fragment, useEffect, useMemo, useRef, useState } from "react";
import { archive } from "../api/calls";
import type { Conversation, MessagePage } from "../api/contract";
import { useText } from "../app/appearance";
import { CustomerLink } from "../customer/CustomerLink";
import { LinkButton } from "../elements/LinkButton";
import { Consents } from "./Consents";
import { FIRST, openedKey } from "./conversation";
import { Evidence } from "./Evidence";
import { Finder } from "./Finder";
import { HitSteps } from "./HitSteps";
import { type Filters, type Looked, useHits, wordsThatFound } from "./hits";
import { toMessage, useKeys } from "./keys";
import { MessageList } from "./MessageList";
import { ReasonLine, ReasonOrProblem } from "./Reason";

import { joined, leftOf } from "./thread";

const route = getRouteApi("/archive/conversations/$id");

/** Pages kept at a time: enough to read around in, few enough to draw; others come again. */
const KEPT = 10;

type Place = { around?: string; before?: string; after?: string };

export function ConversationPage() {
  const { id } = route.useParams();
  return <One key={id} id={id} />;
}

/** The conversation with what was found in it last, and the keys to go through both. */
function One({ id }: { id: string }) {
  const { around, sender } = route.useSearch();
  const navigate = route.useNavigate();
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
    maxPages: KEPT,
    // What is kept may be the middle: the next visit begins where it should.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const messages = useMemo(() => joined(found.data?.pages ?? []), [found.data]);
  const conversation = useOpened(id, found.data?.pages.at(-1)?.conversation);
  const [finding, setFinding] = useState(false);
  const [looked, setLooked] = useLooked(conversation?.subject);
  const sentAt = messages.find((one) => one.id === around)?.sent_at;
  const ofHits = useHits(looked, around, sentAt);
  const { hits, index } = ofHits;
  const step = (by: 1 | -1) => {
    const next = hits[index + by];
    if (next) void navigate({ search: (old) => ({ ...old, around: next.id, sender: undefined }) });
    else if (by === 1 && ofHits.found.hasNextPage) void ofHits.found.fetchNextPage();
  };
  useKeys({
    j: () => toMessage(1),
    k: () => toMessage(-1),
    n: () => looked && step(1),
    p: () => looked && step(-1),
    "/": () => setFinding(true),
  });
  if (found.error && !found.data) {
    return <ReasonOrProblem error={found.error} retry={() => void found.refetch()} />;
  }
  return (
    <>
      {conversation && (
        <Head
          conversation={conversation}
          finding={finding}
          setFinding={setFinding}
          words={looked?.words}
          onLook={setLooked}
        />
      )}
      {looked && (
        <HitSteps of={ofHits} words={looked.words} onStep={step} onClose={() => setLooked(null)} />
      )}
      {found.data ? (
        <MessageList
          key={`${around ?? ""} ${sender ?? ""}`}
          found={found}
          messages={messages}
          hits={hits}
          hit={around}
          left={conversation && leftOf(conversation)}
        />
      ) : (
        <Skeleton active title={false} paragraph={{ rows: 8 }} />
      )}
    </>
  );
}

/** The conversation as it came last, which its list knows too. */
function useOpened(id: string, fresh: Conversation | undefined): Conversation | undefined {
  const queries = useQueryClient();
  useEffect(() => {
    if (fresh) queries.setQueryData(openedKey(id), fresh);
  }, [queries, id, fresh]);
  const opened = useQuery<Conversation>({ queryKey: openedKey(id), queryFn: skipToken });
  return fresh ?? opened.data;
}

/** What is looked for in a conversation: at first what found the message one came for. */
function useLooked(subject: string | undefined) {
  const { around } = route.useSearch();
  const queries = useQueryClient();
  const [words] = useState(() => wordsThatFound(queries, around));
  const [last, setLast] = useState<Looked | null>();
  const first = useMemo(
    () => (words && subject ? { words, filters: within(subject) } : null),
    [words, subject],
  );
  return [last === undefined ? first : last, setLast] as const;
}

function within(subject: string, sender?: string): Filters {
  const here = { by: "conversation" as const, value: subject };
  const said = sender ? [{ by: "sender" as const, value: sender }] : [];
  return { wanted: [here, ...said] };
}

function Head(props: {
  conversation: Conversation;
  finding: boolean;
  setFinding: (finding: boolean) => void;
  words: string | undefined;
  onLook: (looked: Looked) => void;
}) {
  const { t } = useText();
  const { conversation, finding, setFinding } = props;
  const field = useRef<InputRef>(null);
  const { sender } = route.useSearch();
  const navigate = route.useNavigate();
  const filters = useMemo(
    () => within(conversation.subject, sender),
    [conversation.subject, sender],
  );
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
        <h2>
          <Name conversation={conversation} />
        </h2>
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
          begun={props.words}
          // While it closes, filters change under it.
          {...(finding ? { onLook: props.onLook } : {})}
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

/** What it is called; of people's names, those of customers lead to their pages. */
function Name({ conversation }: { conversation: Conversation }) {
  const { t } = useText();
  const { name, people } = conversation;
  if (name || people.length === 0) return name || t("ui.archive.unnamed");
  return people.slice(0, FIRST).map((one, index) => (
    <Fragment key={one.id}>
      {index > 0 && "、"}
      {one.kind === "customer" ? <CustomerLink id={one.id} name={one.name} /> : one.name || one.id}
      {index === FIRST - 1 && people.length > FIRST && "…"}
    </Fragment>
  ));
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
