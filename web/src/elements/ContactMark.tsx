import type { FirstContact } from "../api/contract";
import { useText } from "../app/appearance";
import { STATE_COLOURS } from "../app/theme";
import { Mark } from "./StateMark";

const COLOURS: Record<FirstContact["state"], string | undefined> = {
  open: STATE_COLOURS.waiting,
  overdue: STATE_COLOURS.refused,
  contacted: STATE_COLOURS.taken_over,
};

/** How far a first contact is, and until when it is owed or since when it was made. */
export function ContactMark(props: {
  contact: Pick<FirstContact, "state" | "due_at" | "contacted_at">;
}) {
  const { t, short } = useText();
  const { state, due_at, contacted_at } = props.contact;
  const at = short(contacted_at ?? due_at);
  return <Mark colour={COLOURS[state]} word={t(`ui.contacts.${state}`, { at })} />;
}
