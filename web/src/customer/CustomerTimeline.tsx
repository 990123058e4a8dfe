/** Everything that happened to a customer, the latest first. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button, Segmented, Timeline } from "antd";
import type { ReactNode } from "react";
import { customers } from "../api/calls";
import type { TimelineEntry } from "../api/contract";
import { useText } from "../app/appearance";
import type { Text } from "../app/text";
import { STATE_COLOURS } from "../app/theme";
import { Moment } from "../elements/Moment";
import { Loaded, Nothing } from "../elements/Problems";

const route = getRouteApi("/customers/$id");
const KINDS = ["all", "relation", "handover", "group"] as const;

export function CustomerTimeline(props: { id: string }) {
  const { t } = useText();
  const { kind } = route.useSearch();
  const navigate = route.useNavigate();
  const asked = useInfiniteQuery({
    queryKey: ["customers", "timeline", props.id, kind ?? ""],
    queryFn: ({ pageParam, signal }) =>
      customers.timeline(props.id, { kind, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  return (
    <section className="card">
      <h2>{t("ui.customer.timeline")}</h2>
      <div className="filters">
        <Segmented<string>
          aria-label={t("ui.customer.timeline.kind")}
          value={kind ?? "all"}
          options={KINDS.map((value) => ({ value, label: t(`ui.timeline.kind.${value}`) }))}
          onChange={(value) =>
            void navigate({
              replace: true,
              resetScroll: false,
              search: { kind: value === "all" ? undefined : value },
            })
          }
        />
      </div>
      <Loaded of={asked}>
        {(data) => {
          const entries = data.pages.flatMap((page) => page.items);
          if (entries.length === 0) return <Nothing told={t("ui.customer.timeline.empty")} />;
          return (
            <>
              <Entries entries={entries} />
              {asked.hasNextPage && (
                <Button
                  loading={asked.isFetchingNextPage}
                  onClick={() => void asked.fetchNextPage()}
                >
                  {t("ui.more")}
                </Button>
              )}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

const COLOURS: Record<TimelineEntry["kind"], string> = {
  relation: STATE_COLOURS.taken_over ?? "",
  handover: STATE_COLOURS.waiting ?? "",
  group: STATE_COLOURS.planned ?? "",
};

function Entries(props: { entries: TimelineEntry[] }) {
  const text = useText();
  return (
    <Timeline
      items={props.entries.map((entry, index) => ({
        // Nothing is inserted between entries while they are shown.
        key: `${index} ${entry.at} ${entry.event}`,
        color: COLOURS[entry.kind],
        content: (
          <>
            <div>
              <strong>{whatOf(text, entry)}</strong>
              {outcomeOf(text, entry)}
            </div>
            <div className="soft small">
              <Moment exact at={entry.at} />
              {entry.actor && ` · ${whoOf(text, entry)}`}
              {entry.handover && entry.row_no !== null && (
                <>
                  {" · "}
                  <Link
                    to="/handovers/$id"
                    params={{ id: entry.handover }}
                    search={{ row: entry.row_no }}
                    style={{ textDecoration: "underline" }}
                  >
                    {text.t("ui.customer.timeline.row")}
                  </Link>
                </>
              )}
            </div>
          </>
        ),
      }))}
    />
  );
}

function nameOf(person: TimelineEntry["member"]): string {
  return person ? person.name || person.userid : "–";
}

function whatOf(text: Text, entry: TimelineEntry): string {
  const { t, find } = text;
  const member = nameOf(entry.member);
  if (entry.kind === "relation") {
    return t(entry.event === "ended" ? "ui.timeline.ended" : "ui.timeline.added", { member });
  }
  if (entry.kind === "group") {
    return t("ui.timeline.joined", { group: entry.group_name || "–" });
  }
  const word = find(`ui.step.${entry.event}`) ?? entry.event;
  if (!entry.successor) return word;
  return `${word}: ${member} → ${nameOf(entry.successor)}`;
}

function outcomeOf({ find, t }: Text, entry: TimelineEntry): ReactNode {
  const note = typeof entry.detail?.note === "string" ? entry.detail.note : null;
  const { outcome, reason } = entry;
  const word =
    outcome &&
    (find(`ui.end_reason.${outcome}`) ??
      find(`ui.outcome_word.${outcome}`) ??
      find(`state.${outcome}`) ??
      find(`prediction.${outcome}`) ??
      outcome);
  const why = reason && (reason.rule || (find(`ui.reason.${reason.mode}`) ?? reason.mode));
  return (
    <>
      {why && ` · ${t("ui.timeline.by", { reason: why })}`}
      {word && ` · ${word}`}
      {note && <div className="small">{note}</div>}
    </>
  );
}

function whoOf({ find }: Text, entry: TimelineEntry): string {
  return entry.actor_name || (find(`ui.actor.${entry.actor}`) ?? entry.actor ?? "");
}
