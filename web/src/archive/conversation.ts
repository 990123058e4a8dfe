import type { Conversation } from "../api/contract";

/** What a conversation is called; without it, nothing. `apart` is left out of people's names. */
export function nameOf(conversation: Conversation | undefined, apart?: string): string {
  if (!conversation) return "";
  if (conversation.name) return conversation.name;
  const people = conversation.people.filter((person) => person.id !== apart);
  return firstOf(people.map((person) => person.name || person.id));
}

/** The first three names. */
export function firstOf(names: string[]): string {
  const shown = names.slice(0, 3).join("、");
  return names.length > 3 ? `${shown}…` : shown;
}

export const CHANNELS = ["external", "internal", "updown"] as const;

/** Where the conversation that is read is known to its list, which may not have come to it. */
export const openedKey = (id: string) => ["archive", "opened", id];
