/** Types of messages: WeCom's msgtypes. */

import { useText } from "../app/appearance";

/** What people say and send. */
export const SAID = [
  "text",
  "image",
  "voice",
  "video",
  "file",
  "link",
  "weapp",
  "card",
  "location",
  "emotion",
  "chatrecord",
  "mixed",
  "markdown",
  "news",
  "note",
  "sphfeed",
  "meeting",
  "meeting_notification",
  "meeting_voice_call",
  "voiptext",
  "voip_doc_share",
  "docmsg",
  "qydiskfile",
  "calendar",
  "todo",
  "vote",
  "collect",
  "solitaire",
  "redpacket",
  "external_redpacket",
] as const;

/** With what is only told of a conversation: that something was recalled, that somebody agreed. */
export const KINDS = [...SAID, "revoke", "agree", "disagree", "switch"] as const;

/** Options of a field for these types, and for such as were seen and are not known. */
export function useKindOptions(kinds: readonly string[], unknown: readonly string[] = []) {
  const { t, find } = useText();
  return [
    ...kinds.map((value) => ({ value, label: find(`archive.kind.${value}`) ?? value })),
    ...unknown.map((value) => ({ value, label: t("archive.kind.unknown_type", { kind: value }) })),
  ];
}
