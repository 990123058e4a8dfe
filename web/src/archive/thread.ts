/** The arithmetic of a conversation on the screen: pages joined, sides, days, lengths. */

import type { ArchiveMessage, Conversation } from "../api/contract";

/** All messages of the pages, oldest first, each once. */
export function joined(pages: readonly { items: readonly ArchiveMessage[] }[]): ArchiveMessage[] {
  const seen = new Set<string>();
  return pages
    .flatMap((page) => page.items)
    .filter((message) => {
      if (seen.has(message.id)) return false;
      seen.add(message.id);
      return true;
    });
}

/** The corp's own people stand on the right, as in WeCom; `left` is who stands on the left of them. */
export function sideOf(
  message: Pick<ArchiveMessage, "sender">,
  left?: string | undefined,
): "ours" | "theirs" {
  const { id, kind } = message.sender;
  return kind === "member" && id !== left ? "ours" : "theirs";
}

/** Of two colleagues one stands on the left. */
export function leftOf(conversation: Pick<Conversation, "people">): string | undefined {
  const isAmongUs = conversation.people.every((one) => one.kind === "member");
  return isAmongUs ? conversation.people[0]?.id : undefined;
}

/** Whether a new day, in the viewer's zone, begins with this message. */
export function startsDay(previous: number | undefined, at: number): boolean {
  return (
    previous === undefined || new Date(previous).toDateString() !== new Date(at).toDateString()
  );
}

/** Whether this message needs no name of its own: same person, within three minutes. */
export function follows(previous: ArchiveMessage | undefined, message: ArchiveMessage): boolean {
  return (
    previous !== undefined &&
    previous.sender.id === message.sender.id &&
    !startsDay(previous.sent_at, message.sent_at) &&
    message.sent_at - previous.sent_at < 180_000
  );
}

/** `0:07`, `1:02:03`. */
export function length(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = two(Math.floor(seconds % 60));
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** `812 B`, `1.4 MB`. */
export function size(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** An address that may be opened; anything but the web's is only shown. */
export function openable(address: string): string | undefined {
  return /^https?:\/\//i.test(address) ? address : undefined;
}
