/** The content of a message by its type, as the API gives it in `body`. */

export interface Media {
  place: number;
  kind: string;
  size: number | null;
  name: string | null;
  extension: string | null;
  seconds: number | null;
  width: number | null;
  height: number | null;
}

interface Shown {
  name: string;
  by: string;
}

export interface Item {
  kind: string;
  /** Milliseconds. */
  sent_at: number | null;
  from_room: boolean;
  body: Body;
}

type MediaBody = Media & {
  is: "image" | "voice" | "video" | "emotion" | "file" | "doc_share";
};

export type Body =
  | { is: "text" | "markdown"; content: string }
  | MediaBody
  | { is: "link"; title: string; description: string; url: string }
  | { is: "weapp"; title: string; description: string; display_name: string }
  | { is: "card"; corp_name: string; userid: string }
  | {
      is: "location";
      title: string;
      address: string;
      longitude: number | null;
      latitude: number | null;
    }
  | { is: "revoke"; msgid: string }
  | { is: "consent"; agreed: boolean; userid: string }
  | { is: "todo"; title: string; content: string }
  | { is: "vote"; title: string; items: string[]; vote_type: number | null }
  | { is: "collect"; title: string; room_name: string; questions: { question: string }[] }
  | {
      is: "redpacket" | "external_redpacket";
      wish: string;
      count: number | null;
      amount: number | null;
    }
  | {
      is: "meeting";
      topic: string;
      starts_at: number | null;
      ends_at: number | null;
      address: string;
      remarks: string;
      status: number | null;
    }
  | { is: "meeting_notification"; content: string; time: string }
  | { is: "doc"; title: string; creator: string; url: string }
  | { is: "news"; articles: { title: string; description: string; url: string }[] }
  | {
      is: "calendar";
      title: string;
      starts_at: number | null;
      ends_at: number | null;
      place: string;
      remarks: string;
      attendees: string[];
    }
  | { is: "chatrecord" | "mixed" | "note"; title: string; items: Item[] }
  | {
      is: "voice_call";
      ended_at: number | null;
      recording: Media | null;
      documents: Shown[];
      screens: Shown[];
    }
  | { is: "channel_post"; channel: string; description: string }
  | { is: "call"; seconds: number | null; invite_type: number | null }
  | { is: "drive_file"; name: string; url: string }
  | { is: "solitaire"; content: string; solitaire_type: number | null }
  | { is: "switch" }
  | { is: "unknown"; texts: string[]; files: Media[] };

export type BodyOf<Is extends Body["is"]> = Extract<Body, { is: Is }>;

/** The body of a message or of an item in one; anything without a type is of an unknown one. */
export function bodyOf(raw: unknown): Body {
  const is = typeof raw === "object" && raw !== null && "is" in raw;
  return is ? (raw as Body) : { is: "unknown", texts: [], files: [] };
}
