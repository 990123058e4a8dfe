import { createContext, useContext } from "react";
import type { ArchiveMessage } from "../api/contract";
import { pieces, spansIn } from "./marks";

/** The message whose content is shown: files inside forwarded ones are found by it. */
export const Carrier = createContext<ArchiveMessage | null>(null);

/** A text of the message in hand, marked where words that were looked for stand in it. */
export function Marked({ text }: { text: string }) {
  const carrier = useContext(Carrier);
  const spans = carrier ? spansIn(carrier.text, carrier.highlights, text) : [];
  return pieces(text, spans).map((piece) =>
    piece.marked ? <mark key={piece.at}>{piece.text}</mark> : piece.text,
  );
}
