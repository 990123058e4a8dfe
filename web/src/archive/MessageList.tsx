/** The messages of a conversation that are here, with more both ways. */

import {
  Component,
  createRef,
  Fragment,
  type ReactNode,
  type UIEvent,
  useMemo,
  useState,
} from "react";
import type { ArchiveMessage } from "../api/contract";
import { useText } from "../app/appearance";
import { Nothing } from "../elements/Problems";
import { Bubble } from "./Bubble";
import { More } from "./More";
import { follows, startsDay } from "./thread";

interface Found {
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
  const [isReady, setReady] = useState(false);
  if (messages.length === 0 && !found.hasPreviousPage && !found.hasNextPage) {
    return <Nothing told={t("ui.archive.empty")} />;
  }
  return (
    <KeptPlace
      label={t("ui.archive.messages")}
      messages={messages}
      hit={hit}
      onReady={() => setReady(true)}
    >
      {found.hasPreviousPage && (
        <More
          word={t("ui.archive.older")}
          loading={found.isFetchingPreviousPage}
          error={found.isFetchPreviousPageError && found.error}
          turn={messages[0]?.id ?? ""}
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
          turn={messages.at(-1)?.id ?? ""}
          auto={isReady}
          onMore={() => void found.fetchNextPage()}
        />
      )}
    </KeptPlace>
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

interface Kept {
  label: string;
  hit: string | undefined;
  onReady: () => void;
  children: ReactNode;
  messages: readonly ArchiveMessage[];
}

/** Begins at the hit or the end, and keeps what is read in its place while others come and go. */
class KeptPlace extends Component<Kept> {
  private readonly place = createRef<HTMLElement>();
  private resized: ResizeObserver | undefined;
  private isAtEnd = this.props.hit === undefined;

  override componentDidMount() {
    const place = this.place.current;
    if (!place) return;
    const wanted = this.props.hit && lineOf(place, this.props.hit);
    place.scrollTop = wanted ? wanted.offsetTop - place.clientHeight / 3 : place.scrollHeight;
    // What stands above may come later and leave less room.
    this.resized = new ResizeObserver(() => {
      if (this.isAtEnd) place.scrollTop = place.scrollHeight;
    });
    this.resized.observe(place);
    this.props.onReady();
  }

  override componentWillUnmount() {
    this.resized?.disconnect();
  }

  private readonly scrolled = ({ currentTarget: place }: UIEvent<HTMLElement>) => {
    this.isAtEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 2;
  };

  /** The first message in sight, and where it is seen. */
  override getSnapshotBeforeUpdate(before: Kept): { id: string; top: number } | null {
    const place = this.place.current;
    if (!place || before.messages === this.props.messages) return null;
    const { top } = place.getBoundingClientRect();
    for (const line of place.querySelectorAll<HTMLElement>("[data-message]")) {
      const seen = line.getBoundingClientRect();
      if (seen.bottom > top) return { id: line.dataset.message ?? "", top: seen.top };
    }
    return null;
  }

  override componentDidUpdate(
    _props: unknown,
    _state: unknown,
    seen: { id: string; top: number } | null,
  ) {
    const place = this.place.current;
    const line = place && seen && lineOf(place, seen.id);
    if (line) place.scrollTop += line.getBoundingClientRect().top - seen.top;
  }

  override render() {
    return (
      <section
        ref={this.place}
        className="thread"
        aria-label={this.props.label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the keyboard
        tabIndex={0}
        onScroll={this.scrolled}
      >
        {this.props.children}
      </section>
    );
  }
}

function lineOf(place: HTMLElement, id: string): HTMLElement | null {
  return place.querySelector(`[data-message="${CSS.escape(id)}"]`);
}
