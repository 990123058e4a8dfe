import type { Conversation } from "../api/contract";

/** What a conversation is called; without it, nothing. `apart` is left out of people's names. */
export function nameOf(conversation: Conversation | undefined, apart?: string): string {
  if (!conversation) return "";
  if (conversation.name) return conversation.name;
  const people = conversation.people.filter((person) => person.id !== apart);
  return firstOf(people.map((person) => person.name || person.id));
}

/** Most people a conversation is named by. */
export const FIRST = 3;

export function firstOf(names: string[]): string {
  const shown = names.slice(0, FIRST).join("、");
  return names.length > FIRST ? `${shown}…` : shown;
}

export const CHANNELS = ["external", "internal", "updown"] as const;

/** Where the conversation that is read is known to its list, which may not have come to it. */
export const openedKey = (id: string) => ["archive", "opened", id];
