/** The items of a sample at the left, the one that is read at the right, all by keyboard. */

import { ArrowLeftOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import {
  Alert,
  App,
  Button,
  Form,
  Input,
  Modal,
  Popconfirm,
  Radio,
  Select,
  Skeleton,
  Tag,
} from "antd";
import { Fragment, useEffect, useMemo, useRef, useState } from "react";
import { reviews } from "../../api/calls";
import type { Review, ReviewCategory, ReviewItem, ReviewVerdictInput } from "../../api/contract";
import { useText } from "../../app/appearance";
import { Loaded, Nothing, ProblemView, useTold } from "../../elements/Problems";
import { Bubble } from "../Bubble";
import { firstOf, nameOf } from "../conversation";
import { More } from "../More";
import { follows, joined, leftOf } from "../thread";
import { Course } from "./Course";

const route = getRouteApi("/archive/reviews/$id");
/** What is listed: a state, or what was found and nothing was done about. */
const SHOWN = ["open", "claimed", "passed", "flagged", "unhandled", "skipped", "gone"] as const;
const COLOURS: Record<string, string> = {
  passed: "success",
  flagged: "error",
  claimed: "processing",
};
const CATEGORIES: ReviewCategory[] = [
  "promise",
  "off_platform",
  "disclosure",
  "attitude",
  "claim",
  "other",
];
const DECIDED = ["passed", "flagged", "skipped", "gone"];
const PAGE = 200;

/** What the queue does, by whatever key or button. */
interface Acts {
  /** To an item, or to the list. */
  go: (number: number | undefined) => void;
  next: (after: number | null) => void;
  judge: (body: ReviewVerdictInput) => void;
  isBusy: boolean;
  isDone: boolean;
}

export function Queue(props: { review: Review }) {
  const { id } = props.review;
  const { item, state, category, reviewer } = route.useSearch();
  const acts = useActs(props.review, item);
  const shown = SHOWN.find((one) => one === state);
  const found = useInfiniteQuery({
    queryKey: ["archive", "reviews", id, "items", shown],
    queryFn: ({ pageParam, signal }) =>
      reviews.items(id, { ...wanted(shown), cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const items = useMemo(
    () =>
      (found.data?.pages ?? [])
        .flatMap((page) => page.items)
        .filter((one) => category === undefined || one.category === category)
        .filter((one) => reviewer === undefined || one.reviewer === reviewer),
    [found.data, category, reviewer],
  );
  const isNarrowed = category !== undefined || reviewer !== undefined;
  // Begins with what one has, or the first that is free, unless it was asked for some.
  const begun = useRef(false);
  useEffect(() => {
    const isFirst = !begun.current;
    begun.current = true;
    if (item === undefined && isFirst && !isNarrowed) acts.next(null);
  });
  // On a phone the list and what is read take turns.
  const [isListed, setListed] = useState(isNarrowed);
  const isReading = item !== undefined || !isListed;
  const back = () => {
    setListed(true);
    acts.go(undefined);
  };
  const step = (by: 1 | -1) => {
    const at = items.findIndex((one) => one.number === item);
    const to = items[at + by];
    if (to) acts.go(to.number);
  };
  return (
    <div className={isReading ? "talks review reading" : "talks review"}>
      <List found={found} items={items} chosen={item} onGo={acts.go} />
      <div className="talks-read">
        {item === undefined ? (
          <Idle acts={acts} onBack={back} />
        ) : (
          <Reading
            key={item}
            review={props.review}
            number={item}
            acts={acts}
            onStep={step}
            onBack={back}
          />
        )}
      </div>
    </div>
  );
}

function wanted(shown: (typeof SHOWN)[number] | undefined) {
  return shown === "unhandled" ? { state: "flagged" as const, handled: false } : { state: shown };
}

function useActs(review: Review, item: number | undefined): Acts {
  const { id } = review;
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const told = useTold();
  const { message } = App.useApp();
  const [isDone, setDone] = useState(false);
  const go = (number: number | undefined) =>
    void navigate({ search: (old) => ({ ...old, item: number }), replace: true });
  const renew = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["archive", "reviews", id, "items"] }),
      queries.invalidateQueries({ queryKey: ["archive", "reviews", id], exact: true }),
      queries.invalidateQueries({ queryKey: ["archive", "reviews", "list"] }),
      queries.invalidateQueries({ queryKey: ["archive", "reviews", id, "report"] }),
    ]);
  const next = useMutation({
    mutationFn: (after: number | null) => reviews.next(id, after),
    onSuccess: (handed) => {
      setDone(handed.item === null);
      if (handed.item) {
        queries.setQueryData(["archive", "reviews", id, "item", handed.item.number], handed.item);
      }
      go(handed.item?.number);
      return renew();
    },
    onError: (error) => void message.error(told(error)),
  });
  const judge = useMutation({
    mutationFn: (body: ReviewVerdictInput) => reviews.judge(id, item ?? 0, body),
    onSuccess: (closed) => {
      queries.setQueryData(["archive", "reviews", id, "item", closed.number], closed);
      next.mutate(closed.number);
    },
    onError: (error) => {
      void message.error(told(error));
      void queries.invalidateQueries({ queryKey: ["archive", "reviews", id, "item", item] });
    },
  });
  return {
    go,
    next: next.mutate,
    judge: judge.mutate,
    isBusy: next.isPending || judge.isPending,
    isDone,
  };
}

function Idle(props: { acts: Acts; onBack: () => void }) {
  const { t } = useText();
  const { acts } = props;
  if (acts.isBusy) return <Skeleton active className="review-empty" />;
  return (
    <div className="review-empty">
      <Nothing
        told={acts.isDone ? t("ui.review.nothing_left") : t("ui.review.pick")}
        next={
          <>
            <Button onClick={() => acts.next(null)}>
              {acts.isDone ? t("ui.review.look_again") : t("ui.review.key.free")}
            </Button>
            <Button className="only-narrow" onClick={props.onBack}>
              {t("ui.review.items")}
            </Button>
          </>
        }
      />
    </div>
  );
}

interface Found {
  data: { pages: unknown[] } | undefined;
  error: unknown;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
}

function List(props: {
  found: Found;
  items: ReviewItem[];
  chosen: number | undefined;
  onGo: (number: number) => void;
}) {
  const { t } = useText();
  const { found, items } = props;
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <section className="card talks-list" aria-label={t("ui.review.items")}>
      <div className="filters">
        <Select
          allowClear
          aria-label={t("ui.review.state")}
          placeholder={t("ui.review.state.all")}
          value={SHOWN.find((one) => one === state) ?? null}
          options={SHOWN.map((value) => ({
            value,
            label: value === "unhandled" ? t("ui.review.unhandled") : t(`review.state.${value}`),
          }))}
          onChange={(value) =>
            void navigate({ search: (old) => ({ ...old, state: value ?? undefined }) })
          }
        />
        <Narrowed />
      </div>
      <Loaded of={found}>
        {() =>
          items.length === 0 && !found.hasNextPage ? (
            <Nothing told={t("ui.review.items.none")} />
          ) : (
            <div className="talks-scroll">
              <ul>
                {items.map((item) => (
                  <Entry
                    key={item.number}
                    item={item}
                    isChosen={item.number === props.chosen}
                    onGo={props.onGo}
                  />
                ))}
              </ul>
              {found.hasNextPage && (
                <More
                  word={t("ui.archive.more")}
                  loading={found.isFetchingNextPage}
                  error={found.isFetchNextPageError && found.error}
                  turn={found.data?.pages.length ?? 0}
                  onMore={() => void found.fetchNextPage()}
                />
              )}
            </div>
          )
        }
      </Loaded>
    </section>
  );
}

/** What a chart led to, which can be let go. */
function Narrowed() {
  const { t, find } = useText();
  const { category, reviewer } = route.useSearch();
  const navigate = route.useNavigate();
  const parts = [
    ["category", category && (find(`review.category.${category}`) ?? category)],
    ["reviewer", reviewer],
  ] as const;
  return parts.map(
    ([name, word]) =>
      word && (
        <Tag
          key={name}
          closable
          onClose={() => void navigate({ search: (old) => ({ ...old, [name]: undefined }) })}
        >
          {t(`ui.review.${name}`)} {word}
        </Tag>
      ),
  );
}

function Entry(props: { item: ReviewItem; isChosen: boolean; onGo: (number: number) => void }) {
  const { t } = useText();
  const { item } = props;
  const place = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (props.isChosen) place.current?.scrollIntoView({ block: "nearest" });
  }, [props.isChosen]);
  return (
    <li>
      <button
        ref={place}
        type="button"
        className="talk review-list"
        aria-current={props.isChosen || undefined}
        onClick={() => props.onGo(item.number)}
      >
        <span className="ellipsis">
          {item.number}. {withWhom(item) || t("ui.archive.unnamed")}
        </span>
        {(item.group || item.others.length > 0) && (
          <small className="ellipsis">{firstOf(membersOf(item))}</small>
        )}
        <small>
          {item.day} · {t("ui.archive.count", { count: item.messages })}
        </small>
        <small>
          <State of={item} />
        </small>
      </button>
    </li>
  );
}

/** The group, or who takes part beside the members; between colleagues the members themselves. */
function withWhom(item: ReviewItem): string {
  const others = item.others.map((one) => one.name || one.id);
  return item.group || firstOf(others.length > 0 ? others : membersOf(item));
}

const membersOf = (item: ReviewItem) => item.members.map((one) => one.name || one.userid);

function State(props: { of: ReviewItem }) {
  const { t } = useText();
  const { of: item } = props;
  const isGone = !item.is_there && !DECIDED.includes(item.state);
  const state = isGone ? "gone" : item.state;
  return (
    <>
      <Tag color={COLOURS[state]}>{t(`review.state.${state}`)}</Tag>{" "}
      {item.category && t(`review.category.${item.category}`)}{" "}
      {item.handling && <Tag color="success">{t("ui.review.handled")}</Tag>}
      {item.is_own && <Tag>{t("ui.review.own")}</Tag>}
    </>
  );
}

function Reading(props: {
  review: Review;
  number: number;
  acts: Acts;
  onStep: (by: 1 | -1) => void;
  onBack: () => void;
}) {
  const { review, number, acts } = props;
  const queries = useQueryClient();
  const { message } = App.useApp();
  const told = useTold();
  const [flagging, setFlagging] = useState(false);
  const key = ["archive", "reviews", review.id, "item", number];
  const opened = useQuery({
    queryKey: key,
    queryFn: () => reviews.open(review.id, number),
    staleTime: 60_000,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
    retry: false,
  });
  const reopen = useMutation({
    mutationFn: () => reviews.reopen(review.id, number),
    onSuccess: (item) => {
      queries.setQueryData(key, item);
      return queries.invalidateQueries({ queryKey: ["archive", "reviews", review.id, "items"] });
    },
    onError: (error) => void message.error(told(error)),
  });
  const item = opened.data;
  const mayJudge = item?.state === "claimed" && !acts.isBusy;
  useKeys(flagging, {
    j: () => props.onStep(1),
    k: () => props.onStep(-1),
    n: () => !acts.isBusy && acts.next(number),
    p: () => mayJudge && acts.judge({ verdict: "passed", category: null, note: "" }),
    s: () => mayJudge && acts.judge({ verdict: "skipped", category: null, note: "" }),
    f: () => mayJudge && setFlagging(true),
  });
  if (opened.error && !item) {
    return (
      <>
        <ProblemView error={opened.error} retry={() => void opened.refetch()} />
        <Keys acts={acts} number={number} />
      </>
    );
  }
  if (!item) return <Skeleton active className="review-empty" />;
  return (
    <>
      <Messages review={review} item={item} onBack={props.onBack} />
      <div className="review-acts">
        {item.state === "claimed" ? (
          <Verdicts acts={acts} onFlag={() => setFlagging(true)} />
        ) : (
          <Closed
            review={review.id}
            item={item}
            isBusy={reopen.isPending}
            onReopen={() => reopen.mutate()}
          />
        )}
        <Keys acts={acts} number={number} />
      </div>
      <Flag
        open={flagging}
        item={item}
        onClose={() => setFlagging(false)}
        onFlag={(category, note) => {
          setFlagging(false);
          acts.judge({ verdict: "flagged", category, note });
        }}
      />
    </>
  );
}

/** Single keys, while nobody types and no dialog is open. */
function useKeys(isOff: boolean, keys: Record<string, () => unknown>) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (isOff) return;
    const press = (event: KeyboardEvent) => {
      const at = event.target instanceof HTMLElement ? event.target : null;
      const isTyping = at?.closest("input, textarea, select, [contenteditable], [role=dialog]");
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const act = latest.current[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [isOff]);
}

function Verdicts(props: { acts: Acts; onFlag: () => void }) {
  const { t } = useText();
  const { acts } = props;
  const say = (verdict: "passed" | "skipped") => acts.judge({ verdict, category: null, note: "" });
  return (
    <>
      <Button type="primary" disabled={acts.isBusy} onClick={() => say("passed")}>
        {t("ui.review.pass")} <kbd>P</kbd>
      </Button>
      <Button danger disabled={acts.isBusy} onClick={props.onFlag}>
        {t("ui.review.flag")} <kbd>F</kbd>
      </Button>
      <Button disabled={acts.isBusy} onClick={() => say("skipped")}>
        {t("ui.review.skip")} <kbd>S</kbd>
      </Button>
    </>
  );
}

function Closed(props: {
  review: string;
  item: ReviewItem;
  isBusy: boolean;
  onReopen: () => void;
}) {
  const { t } = useText();
  const queries = useQueryClient();
  const { item } = props;
  return (
    <>
      <State of={item} />
      {item.reviewer && (
        <span className="soft">
          {item.reviewer === "operator" ? t("ui.actor.operator") : item.reviewer}
        </span>
      )}
      {item.note && <span>{item.note}</span>}
      {item.state === "flagged" && (
        <Course
          review={props.review}
          item={item}
          onHandled={() =>
            queries.invalidateQueries({ queryKey: ["archive", "reviews", props.review, "items"] })
          }
        />
      )}
      {item.state !== "gone" && !item.is_own && (
        <Popconfirm
          disabled={!item.handling}
          title={t("ui.review.reopen.handled")}
          onConfirm={props.onReopen}
        >
          <Button
            size="small"
            loading={props.isBusy}
            onClick={item.handling ? undefined : props.onReopen}
          >
            {t("ui.review.reopen")}
          </Button>
        </Popconfirm>
      )}
    </>
  );
}

function Keys(props: { acts: Acts; number: number }) {
  const { t } = useText();
  return (
    <p className="soft small review-keys">
      <kbd>J</kbd> {t("ui.review.key.next")} <kbd>K</kbd> {t("ui.review.key.previous")}{" "}
      <Button
        size="small"
        type="link"
        disabled={props.acts.isBusy}
        onClick={() => props.acts.next(props.number)}
      >
        <kbd>N</kbd> {t("ui.review.key.free")}
      </Button>
    </p>
  );
}

function Messages(props: { review: Review; item: ReviewItem; onBack: () => void }) {
  const { t } = useText();
  const { review, item } = props;
  const found = useInfiniteQuery({
    queryKey: ["archive", "reviews", review.id, "messages", item.number],
    queryFn: ({ pageParam, signal }) => reviews.messages(review.id, item.number, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.after ?? undefined,
    enabled: item.is_there,
    staleTime: 60_000,
    gcTime: 0,
    refetchOnWindowFocus: false,
    retry: false,
  });
  const pages = found.data?.pages;
  const messages = useMemo(() => joined(pages ?? []), [pages]);
  const conversation = pages?.[0]?.conversation;
  const left = conversation && leftOf(conversation);
  const names = membersOf(item).join("、");
  return (
    <>
      <div className="thread-head">
        <Button
          className="only-narrow"
          type="text"
          icon={<ArrowLeftOutlined />}
          aria-label={t("ui.review.items")}
          onClick={props.onBack}
        />
        <div className="grow">
          <h2>{nameOf(conversation) || names || t("ui.archive.unnamed")}</h2>
          <span className="soft small">
            {t("ui.review.day", { day: item.day })} ·{" "}
            {t("ui.archive.count", { count: item.messages })} ·{" "}
            {t("ui.review.reason", { name: review.name })}
          </span>
        </div>
      </div>
      {item.is_there ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the keyboard
        <section className="thread" aria-label={t("ui.archive.messages")} tabIndex={0}>
          <Loaded of={found} lines={8}>
            {() =>
              messages.length === 0 ? (
                <Nothing told={t("ui.review.unreadable")} />
              ) : (
                <ol>
                  {messages.map((message, index) => (
                    <Fragment key={message.id}>
                      <Bubble
                        message={message}
                        hit={false}
                        left={left}
                        named={!follows(messages[index - 1], message)}
                      />
                    </Fragment>
                  ))}
                </ol>
              )
            }
          </Loaded>
          {found.hasNextPage && (
            <More
              word={t("ui.archive.newer")}
              loading={found.isFetchingNextPage}
              error={found.isFetchNextPageError && found.error}
              turn={pages?.length ?? 0}
              onMore={() => void found.fetchNextPage()}
            />
          )}
        </section>
      ) : (
        <div className="thread">
          <Alert type="warning" showIcon title={t("ui.review.gone.told")} />
        </div>
      )}
    </>
  );
}

function Flag(props: {
  open: boolean;
  item: ReviewItem;
  onClose: () => void;
  onFlag: (category: ReviewCategory, note: string) => void;
}) {
  const { t } = useText();
  const content = useRef<HTMLDivElement>(null);
  return (
    <Modal
      open={props.open}
      title={t("ui.review.flag")}
      footer={null}
      destroyOnHidden
      width={460}
      onCancel={props.onClose}
      afterOpenChange={(open) => open && content.current?.querySelector("input")?.focus()}
    >
      <div ref={content}>
        <Form<{ category: ReviewCategory; note?: string }>
          layout="vertical"
          requiredMark={false}
          initialValues={{ note: props.item.note }}
          onFinish={(typed) => props.onFlag(typed.category, typed.note?.trim() ?? "")}
        >
          <Form.Item
            name="category"
            label={t("ui.review.category")}
            rules={[{ required: true, message: t("ui.review.category.missing") }]}
          >
            <Radio.Group
              vertical
              options={CATEGORIES.map((value) => ({ value, label: t(`review.category.${value}`) }))}
            />
          </Form.Item>
          <Form.Item name="note" label={t("ui.review.note")} extra={t("ui.review.note.told")}>
            <Input.TextArea maxLength={500} showCount autoSize={{ minRows: 2 }} />
          </Form.Item>
          <Button type="primary" danger htmlType="submit" block>
            {t("ui.review.flag")}
          </Button>
        </Form>
      </div>
    </Modal>
  );
}
