/** The handover, kept true by events; by asking again where events do not come through. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { handovers } from "../../api/calls";
import type { Handover, Progress } from "../../api/contract";
import { heardServerTime } from "../../session/clock";

/** At most one renewal of the lists in this many milliseconds. */
const CALM = 1_000;
/** What changes with the rows: successors, rows, and the record of both. */
const FOLLOWED = ["one", "rows", "record", "record-line", "record-values"] as const;

export function useLiveHandover(id: string) {
  const queries = useQueryClient();
  const [live, setLive] = useState(false);
  const asked = useQuery({
    queryKey: ["handovers", "one", id],
    queryFn: () => handovers.get(id),
    refetchInterval: (query) => (isOver(query.state.data) ? false : live ? 30_000 : 5_000),
  });
  const running = asked.data !== undefined && !isOver(asked.data);
  useEffect(() => {
    if (!running) return;
    const events = new EventSource(handovers.eventsAddress(id));
    const renew = calmly(() => {
      for (const part of FOLLOWED) {
        void queries.invalidateQueries({ queryKey: ["handovers", part, id] });
      }
    });
    events.addEventListener("open", () => setLive(true));
    events.addEventListener("error", () => setLive(false));
    events.addEventListener("progress", (event) => {
      const progress = JSON.parse((event as MessageEvent<string>).data) as Progress;
      heardServerTime(progress.now);
      queries.setQueryData<Handover>(
        ["handovers", "one", id],
        (old) =>
          old && {
            ...old,
            state: progress.state,
            counts: progress.counts,
            next_poll_at: progress.next_poll_at,
          },
      );
      if (isOver(progress)) {
        // Nothing follows, and what was read a moment ago may lack the last results.
        void queries.invalidateQueries({ queryKey: ["handovers"] });
      } else {
        renew.soon();
      }
    });
    return () => {
      events.close();
      renew.stop();
      setLive(false);
    };
  }, [id, running, queries]);
  return { asked, live: live && running };
}

export function isOver(handover: Pick<Handover, "state"> | undefined): boolean {
  return handover?.state === "finished" || handover?.state === "cancelled";
}

/** Runs `act` soon after the first call, and never twice within the calm. */
function calmly(act: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    soon: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        act();
      }, CALM);
    },
    stop: () => clearTimeout(timer),
  };
}
