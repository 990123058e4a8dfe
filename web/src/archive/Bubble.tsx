/** One message as people know it from WeCom: the corp's members on the right. */

import { Avatar, Tag } from "antd";
import { memo } from "react";
import type { ArchiveMessage } from "../api/contract";
import { useText } from "../app/appearance";
import { Moment } from "../elements/Moment";
import { bodyOf } from "./body";
import { Content } from "./Content";
import { Carrier } from "./Marked";
import { sideOf } from "./thread";

/** What happened rather than what somebody said. */
const EVENTS = new Set(["revoke", "consent", "switch"]);

export const Bubble = memo(function Bubble(props: {
  message: ArchiveMessage;
  hit: boolean;
  named: boolean;
  /** The id of a member who stands on the left. */
  left?: string | undefined;
}) {
  const text = useText();
  const { message } = props;
  const body = bodyOf(message.body);
  const name = message.sender.name || message.sender.id;
  const at = Math.floor(message.sent_at / 1000);
  const time = new Date(message.sent_at);
  const side = sideOf(message, props.left);
  if (EVENTS.has(body.is)) {
    return (
      <li
        className="chat-event"
        data-message={message.id}
        tabIndex={-1}
        aria-current={props.hit || undefined}
      >
        {name} · <Content body={body} kind={message.kind} />
      </li>
    );
  }
  return (
    <li
      className={`chat-line ${side}${props.hit ? " hit" : ""}`}
      data-message={message.id}
      tabIndex={-1}
      aria-current={props.hit || undefined}
    >
      <Avatar shape="square" size={34} aria-hidden className="chat-avatar" style={{ fontSize: 12 }}>
        {Array.from(name).slice(-2).join("")}
      </Avatar>
      <div className="chat-said">
        <div className={props.named ? "chat-head" : "chat-head only-read"}>
          <span>{name}</span>{" "}
          <time dateTime={time.toISOString()} title={text.exact(at)}>
            {time.toLocaleTimeString(text.language, { hour: "2-digit", minute: "2-digit" })}
          </time>
        </div>
        <div className={message.recalled ? "chat-bubble recalled" : "chat-bubble"}>
          <Carrier value={message}>
            <Content body={body} kind={message.kind} />
          </Carrier>
        </div>
        <Marks message={message} />
      </div>
    </li>
  );
});

function Marks(props: { message: ArchiveMessage }) {
  const { t } = useText();
  const { message } = props;
  if (!message.recalled && !message.is_masked) return null;
  return (
    <div className="chat-marks">
      {message.recalled && <RecalledMark of={message.recalled} />}
      {message.is_masked && <Tag>{t("ui.archive.masked")}</Tag>}
    </div>
  );
}

/** That a message was taken back, by whom and when. */
function RecalledMark(props: { of: NonNullable<ArchiveMessage["recalled"]> }) {
  const { t } = useText();
  const { by, at } = props.of;
  return (
    <Tag>
      {by ? t("ui.archive.recalled.by", { name: by.name || by.id }) : t("ui.archive.recalled")}{" "}
      <Moment at={Math.floor(at / 1000)} />
    </Tag>
  );
}
