/** The messages of a conversation that are here, with more both ways. */

import { Fragment, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { ArchiveMessage } from "../api/contract";
import { useText } from "../app/appearance";
import { Nothing } from "../elements/Problems";
import { Bubble } from "./Bubble";
import { More } from "./More";
import { follows, startsDay } from "./thread";

interface Found {
  data: { pages: unknown[] } | undefined;
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

export function MessageList(props: {
  found: Found;
  messages: readonly ArchiveMessage[];
  /** What was looked for in it. */
  hits: readonly ArchiveMessage[];
  /** The one to begin at. */
  hit: string | undefined;
  left: string | undefined;
}) {
  const text = useText();
  const { t } = text;
  const { found, hit } = props;
  const messages = useMarked(props.messages, props.hits);
  const scroller = useRef<HTMLElement>(null);
  const isReady = useKeptPlace(scroller, messages[0]?.id, hit);
  if (messages.length === 0 && !found.hasPreviousPage && !found.hasNextPage) {
    return <Nothing told={t("ui.archive.empty")} />;
  }
  const turn = found.data?.pages.length ?? 0;
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

/** Messages with what of their words was found. */
function useMarked(
  messages: readonly ArchiveMessage[],
  hits: readonly ArchiveMessage[],
): readonly ArchiveMessage[] {
  return useMemo(() => {
    const found = new Map(hits.map((hit) => [hit.id, hit.highlights]));
    return messages.map((one) => {
      const highlights = found.get(one.id);
      return highlights ? { ...one, highlights } : one;
    });
  }, [messages, hits]);
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
