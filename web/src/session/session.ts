/** Who is signed in and what they may do. */

import { queryOptions, useQuery } from "@tanstack/react-query";
import { session } from "../api/calls";
import { Problem, trust } from "../api/client";
import type { Act, Session } from "../api/contract";
import { heardServerTime } from "./clock";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async (): Promise<Session | null> => {
    try {
      return heard(await session.get());
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

/** Takes over the CSRF token and the clock of a fresh session. */
export function heard(fresh: Session): Session {
  trust(fresh.csrf_token);
  heardServerTime(fresh.server.now);
  return fresh;
}

/** The session, inside pages that are only shown to someone signed in. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error("this page is only shown to someone signed in");
  return data;
}

export function useMay(act: Act): boolean {
  return useSession().permissions.includes(act);
}
