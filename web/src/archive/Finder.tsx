/** A search field with its language explained, and what it finds, newest first. */

import { QuestionCircleOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, type InputRef, Popover, Skeleton } from "antd";
import { type ReactNode, type Ref, useEffect, useMemo, useState } from "react";
import { Problem } from "../api/client";
import type { ArchiveMessage, Conversation } from "../api/contract";
import { useText } from "../app/appearance";
import { Moment } from "../elements/Moment";
import { Nothing, useTold } from "../elements/Problems";
import { nameOf } from "./conversation";
import { type Filters, type Looked, noteWords, search } from "./hits";
import { More } from "./More";
import { around, pieces } from "./marks";
import { ReasonLine, ReasonOrProblem } from "./Reason";
import { joined } from "./thread";
import "./archive.css";

/** Most characters of a hit that are shown. */
const MOST = 180;

export function Finder(props: {
  filters: Filters;
  children?: ReactNode;
  /** Starts without being told to: there is something to filter by. */
  eager: boolean;
  link: (message: ArchiveMessage, shown: ReactNode) => ReactNode;
  within?: boolean;
  /** The field, to be focused from outside. */
  field?: Ref<InputRef>;
  /** Words it begins with. */
  begun?: string | undefined;
  onLook?: (looked: Looked) => void;
}) {
  const { t } = useText();
  const told = useTold();
  const [typed, setTyped] = useState(props.begun ?? "");
  // Words stay here: an address ends up in logs and histories.
  const [words, setWords] = useState<string | null>(props.begun ?? (props.eager ? "" : null));
  const { filters } = props;
  const queries = useQueryClient();
  const found = useInfiniteQuery({
    ...search({ words: words ?? "", filters }),
    enabled: words !== null,
  });
  const { onLook } = props;
  useEffect(() => {
    if (words === null) return;
    noteWords(queries, words);
    onLook?.({ words, filters });
  }, [words, filters, onLook, queries]);
  const isOfWords = found.error instanceof Problem && OF_WORDS.has(found.error.code);
  const look = () => {
    const next = typed.trim();
    if (next === words) void found.refetch();
    else setWords(next);
  };
  return (
    <div className="finder">
      <Form.Item
        style={{ marginBottom: 12 }}
        validateStatus={isOfWords ? "error" : ""}
        help={isOfWords ? told(found.error) : undefined}
      >
        <div className="finder-field">
          <Input.Search
            ref={props.field ?? null}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onSearch={look}
            allowClear
            maxLength={500}
            autoComplete="off"
            enterButton={t("ui.archive.search.act")}
            loading={found.isFetching}
            aria-label={t("ui.archive.words")}
            placeholder={t(props.within ? "ui.archive.words.within" : "ui.archive.words.all")}
          />
          <Popover trigger="click" placement="bottomRight" content={<Language />}>
            <Button
              type="text"
              icon={<QuestionCircleOutlined />}
              aria-label={t("ui.archive.language")}
            />
          </Popover>
        </div>
      </Form.Item>
      {props.children}
      <ReasonLine />
      {words === null ? (
        <Nothing told={t("ui.archive.search.start")} />
      ) : found.error && !found.data ? (
        !isOfWords && <ReasonOrProblem error={found.error} retry={() => void found.refetch()} />
      ) : (
        <>
          {found.isRefetchError && (
            <ReasonOrProblem small error={found.error} retry={() => void found.refetch()} />
          )}
          <Hits found={found} link={props.link} within={props.within ?? false} />
        </>
      )}
    </div>
  );
}

const OF_WORDS = new Set(["archive_query", "archive_search_too_wide", "invalid"]);

function Language() {
  const { t } = useText();
  const lines = ["words", "phrase", "or", "without", "brackets", "same", "single"] as const;
  return (
    <dl className="language">
      {lines.map((line) => (
        <div key={line}>
          <dt className="mono">{t(`ui.archive.language.${line}`)}</dt>
          <dd>{t(`ui.archive.language.${line}.told`)}</dd>
        </div>
      ))}
    </dl>
  );
}

interface Found {
  data: { pages: { items: ArchiveMessage[]; conversations: Conversation[] }[] } | undefined;
  error: unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
}

function Hits(props: {
  found: Found;
  within: boolean;
  link: (message: ArchiveMessage, shown: ReactNode) => ReactNode;
}) {
  const { t } = useText();
  const { found } = props;
  const pages = found.data?.pages;
  const hits = useMemo(() => joined(pages ?? []), [pages]);
  const names = useMemo(
    () => new Map(pages?.flatMap((page) => page.conversations.map((one) => [one.id, one]))),
    [pages],
  );
  if (!pages) return <Skeleton active title={false} paragraph={{ rows: 6 }} />;
  if (hits.length === 0 && !found.hasNextPage) return <Nothing told={t("ui.archive.none")} />;
  const last = pages.at(-1);
  return (
    <>
      <ol className="hits" aria-label={t("ui.archive.hits")}>
        {hits.map((hit) => (
          <li key={hit.id} className="card">
            <div className="hit-head">
              <b>{hit.sender.name || hit.sender.id}</b>
              {!props.within && (
                <span className="soft">{nameOf(names.get(hit.conversation), hit.sender.id)}</span>
              )}
              <span className="soft small">
                <Moment at={Math.floor(hit.sent_at / 1000)} />
              </span>
            </div>
            {props.link(hit, <Told hit={hit} />)}
          </li>
        ))}
      </ol>
      {found.hasNextPage && (
        <More
          word={t("ui.archive.more")}
          loading={found.isFetchingNextPage}
          error={found.isFetchNextPageError && found.error}
          turn={pages.length}
          auto={(last?.items.length ?? 0) > 0}
          onMore={() => void found.fetchNextPage()}
        />
      )}
    </>
  );
}

function Told(props: { hit: ArchiveMessage }) {
  const { find, t } = useText();
  const { hit } = props;
  const kind = find(`archive.kind.${hit.kind}`) ?? hit.kind;
  if (!hit.text) return <span>[{kind}]</span>;
  const cut = around(hit.text, hit.highlights, MOST);
  return (
    <span className={hit.recalled ? "recalled" : ""}>
      {hit.kind !== "text" && <span className="soft">[{kind}] </span>}
      {hit.recalled && <span className="soft">[{t("ui.archive.recalled")}] </span>}
      {pieces(cut.text, cut.spans).map((piece) =>
        piece.marked ? <mark key={piece.at}>{piece.text}</mark> : piece.text,
      )}
    </span>
  );
}
