/** The dry run: a draft on the server that is planned again when the wish changed. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { handovers } from "../../api/calls";
import { Problem } from "../../api/client";
import type { Handover } from "../../api/contract";
import { type Draft, draftOf, requestOf } from "./draft";

export interface Plan {
  handover: Handover | undefined;
  /** The plan says what the wizard says. */
  current: boolean;
  busy: boolean;
  /** A stored plan is being read. */
  loading: boolean;
  error: unknown;
  /** Plans unless the plan is current; whether it is now. */
  ensure(): Promise<boolean>;
  /** Plans again in any case, for when the facts changed. */
  renew(): Promise<boolean>;
}

export function usePlan(
  draft: Draft,
  id: string | undefined,
  onStored: (id: string) => unknown,
): Plan {
  const queries = useQueryClient();
  const wish = JSON.stringify(requestOf(draft));
  const [planned, setPlanned] = useState("");
  const stored = useQuery({
    queryKey: ["handovers", "one", id],
    queryFn: () => handovers.get(id ?? ""),
    enabled: Boolean(id),
    retry: false,
  });
  const isDraft = stored.data?.state === "draft";
  const run = useMutation({
    mutationFn: () => store(isDraft ? stored.data : undefined, draft),
    onSuccess: (handover) => {
      setPlanned(wish);
      queries.setQueryData(["handovers", "one", handover.id], handover);
      void queries.invalidateQueries({ queryKey: ["handovers", "rows", handover.id] });
      void queries.invalidateQueries({ queryKey: ["handovers", "list"] });
      if (handover.id !== id) onStored(handover.id);
    },
  });
  // Looking at a plan that others are asked about does not make another one of it.
  const isAsked = (stored.data?.dry_run?.awaiting_approval ?? 0) > 0;
  const known = isAsked && stored.data ? JSON.stringify(requestOf(draftOf(stored.data))) : "";
  const current = isDraft && (planned || known) === wish;
  const renew = () =>
    run.mutateAsync().then(
      () => true,
      () => false,
    );
  return {
    handover: isDraft ? stored.data : undefined,
    current,
    busy: run.isPending,
    loading: stored.isLoading,
    error: run.error,
    renew,
    ensure: () => (current ? Promise.resolve(true) : renew()),
  };
}

/** Plans anew within the draft, or in a new one when that draft is gone. */
async function store(known: Handover | undefined, draft: Draft): Promise<Handover> {
  const request = requestOf(draft);
  if (!known || known.leaver !== draft.leaver) return handovers.create(request);
  try {
    return await handovers.replan(known.id, known.version, request);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return handovers.create(request);
    if (!(error instanceof Problem && error.code === "conflict")) throw error;
    const fresh = await handovers.get(known.id);
    return handovers.replan(fresh.id, fresh.version, request);
  }
}
