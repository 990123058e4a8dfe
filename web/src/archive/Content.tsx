/** What a message says, by its type. */

import { useContext, useState } from "react";
import { useText } from "../app/appearance";
import { type Body, type BodyOf, bodyOf, type Item } from "./body";
import { FileView } from "./Files";
import { Carrier, Marked } from "./Marked";
import { quoteOf } from "./marks";
import { length, openable } from "./thread";

/** How deep forwarded messages are unfolded; deeper ones are told as text. */
const DEEPEST = 8;

export function Content(props: { body: Body; kind: string; depth?: number }) {
  const { body } = props;
  switch (body.is) {
    case "text":
    case "markdown":
      return <Words text={body.content} />;
    case "image":
    case "voice":
    case "video":
    case "emotion":
    case "file":
    case "doc_share":
      return <FileView media={body} />;
    case "chatrecord":
    case "note":
      return <Forwarded body={body} depth={props.depth ?? 0} />;
    case "mixed":
      return <Pieces items={body.items} depth={(props.depth ?? 0) + 1} />;
    case "news":
      return body.articles.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: articles have no ids and never move
        <Titled key={index} kind="news" title={one.title} told={one.description} url={one.url} />
      ));
    case "voice_call":
      return <VoiceCall body={body} />;
    case "unknown":
      return <Unknown body={body} kind={props.kind} />;
    default:
      return <Other body={body} />;
  }
}

function Words(props: { text: string }) {
  const quote = quoteOf(props.text);
  if (!quote)
    return (
      <span className="chat-text">
        <Marked text={props.text} />
      </span>
    );
  return (
    <>
      <blockquote className="chat-quote">
        {quote.name && <b>{quote.name}</b>} <Marked text={quote.quoted} />
      </blockquote>
      <span className="chat-text">
        <Marked text={quote.answer} />
      </span>
    </>
  );
}

/** A card with what it is, a title and lines. */
function Titled(props: {
  kind: string;
  title: string;
  told?: string;
  lines?: (string | false | null)[];
  url?: string;
}) {
  const { find } = useText();
  const address = openable(props.url ?? "");
  const word = find(`archive.kind.${props.kind}`) ?? props.kind;
  const title = props.title || word;
  const lines = [props.told, ...(props.lines ?? [])].filter(Boolean);
  return (
    <div className="chat-card">
      {address ? (
        <a href={address} target="_blank" rel="noopener noreferrer">
          <Marked text={title} />
        </a>
      ) : (
        <b>
          <Marked text={title} />
        </b>
      )}
      {lines.map((line) => (
        <p key={String(line)}>
          <Marked text={String(line)} />
        </p>
      ))}
      <small>{word}</small>
    </div>
  );
}

type OtherBody = Exclude<
  Body,
  BodyOf<
    | "text"
    | "markdown"
    | "image"
    | "voice"
    | "video"
    | "emotion"
    | "file"
    | "doc_share"
    | "chatrecord"
    | "note"
    | "mixed"
    | "news"
    | "voice_call"
    | "unknown"
  >
>;

function Other(props: { body: OtherBody }) {
  const text = useText();
  const { t, find } = text;
  const { body } = props;
  // A number WeCom gives a meaning to; one that is not known says nothing.
  const word = (key: string, number: number | null) =>
    number === null ? null : (find(`archive.${key}.${number}`) ?? null);
  const span = (from: number | null, to: number | null) =>
    [from, to]
      .filter((at) => at !== null)
      .map(text.exact)
      .join(" – ");
  const card = (title: string, ...lines: (string | false | null)[]) => (
    <Titled kind={body.is} title={title} lines={lines} />
  );
  switch (body.is) {
    case "link":
    case "doc":
      return (
        <Titled
          kind={body.is}
          title={body.title}
          told={body.is === "link" ? body.description : body.creator}
          url={body.url}
        />
      );
    case "drive_file":
      return <Titled kind={body.is} title={body.name} url={body.url} />;
    case "weapp":
      return card(body.title, body.description, body.display_name);
    case "card":
      return card(body.userid, body.corp_name);
    case "location":
      return card(body.title || place(body), body.address);
    case "todo":
      return card(body.title, body.content);
    case "vote":
      return card(body.title, word("vote.type", body.vote_type), ...body.items);
    case "collect":
      return card(body.title, body.room_name, ...body.questions.map((one) => one.question));
    case "redpacket":
    case "external_redpacket":
      return card(
        body.wish,
        body.count !== null && t("archive.redpacket.count", { count: body.count }),
        body.amount !== null && `¥${(body.amount / 100).toFixed(2)}`,
      );
    case "meeting":
      return card(
        body.topic,
        word("meeting.status", body.status),
        span(body.starts_at, body.ends_at),
        body.address,
        body.remarks,
      );
    case "meeting_notification":
      return card(body.content, body.time);
    case "calendar":
      return card(body.title, span(body.starts_at, body.ends_at), body.place, body.remarks);
    case "channel_post":
      return card(body.channel, body.description);
    case "call":
      return card(
        "",
        word("call.type", body.invite_type),
        body.seconds !== null && length(body.seconds),
      );
    case "solitaire":
      return card(body.content, word("solitaire.type", body.solitaire_type));
    case "revoke":
      return <span className="soft">{t("archive.revoke")}</span>;
    case "consent":
      return (
        <span className="soft">
          {t(body.agreed ? "archive.consent.yes" : "archive.consent.no")}
        </span>
      );
    case "switch":
      return <span className="soft">{t("archive.switch")}</span>;
    default:
      return null;
  }
}

/** Where a location is that has neither name nor address. */
function place(body: BodyOf<"location">) {
  const { address, latitude, longitude } = body;
  return address || latitude === null || longitude === null ? "" : `${latitude}, ${longitude}`;
}

function Forwarded(props: { body: BodyOf<"chatrecord" | "mixed" | "note">; depth: number }) {
  const { t, find } = useText();
  // What was found may stand in what is folded.
  const isFound = Boolean(useContext(Carrier)?.highlights.length);
  const [chosen, setOpen] = useState<boolean>();
  const open = chosen ?? isFound;
  const { body, depth } = props;
  return (
    <div className="chat-card">
      <b>
        <Marked text={body.title || (find(`archive.kind.${body.is}`) ?? "")} />
      </b>
      {open ? (
        <Pieces items={body.items} depth={depth + 1} />
      ) : (
        body.items.slice(0, 3).map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no ids and never move
          <p key={index} className="ellipsis">
            <Gist item={item} />
          </p>
        ))
      )}
      {depth < DEEPEST && (
        <button
          type="button"
          className="as-link small"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? t("ui.archive.fold") : t("ui.archive.unfold", { count: body.items.length })}
        </button>
      )}
    </div>
  );
}

function Gist(props: { item: Item }) {
  const { find } = useText();
  const body = bodyOf(props.item.body);
  if ("content" in body && body.content) return <Marked text={body.content} />;
  if ("title" in body && body.title) return <Marked text={body.title} />;
  return `[${find(`archive.kind.${body.is}`) ?? body.is}]`;
}

function Pieces(props: { items: Item[]; depth: number }) {
  const text = useText();
  return (
    <ul className="chat-items">
      {props.items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no ids and never move
        <li key={index}>
          {item.sent_at !== null && (
            <small className="soft">{text.exact(Math.floor(item.sent_at / 1000))}</small>
          )}
          <Content body={bodyOf(item.body)} kind={item.kind} depth={props.depth} />
        </li>
      ))}
    </ul>
  );
}

function VoiceCall(props: { body: BodyOf<"voice_call"> }) {
  const { body } = props;
  const shown = [...body.documents, ...body.screens].map((one) => one.name || one.by);
  return (
    <>
      {body.recording && <FileView media={body.recording} />}
      <Titled kind="voice_call" title="" lines={shown} />
    </>
  );
}

function Unknown(props: { body: BodyOf<"unknown">; kind: string }) {
  const { t } = useText();
  return (
    <div className="chat-card">
      <b>{t("ui.archive.unknown", { kind: props.kind || "?" })}</b>
      {props.body.texts.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: texts have no ids and never move
        <p key={index}>
          <Marked text={one} />
        </p>
      ))}
      {props.body.files.map((media) => (
        <FileView key={media.place} media={media} />
      ))}
    </div>
  );
}
