/** What was looked for, and what was found: shared by the lists of hits and the thread. */

import {
  type InfiniteData,
  infiniteQueryOptions,
  type Query,
  type QueryClient,
  useInfiniteQuery,
} from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { archive } from "../api/calls";
import type { Facet } from "../api/contract";
import { joined } from "./thread";

export interface Filters {
  wanted: Facet[];
  unwanted?: Facet[];
  /** Milliseconds. */
  from?: number | undefined;
  to?: number | undefined;
}

export interface Looked {
  words: string;
  filters: Filters;
}

type Page = Awaited<ReturnType<typeof archive.search>>;

const SEARCH = ["archive", "search"];
const LAST = ["archive", "searched"];
/** Hits of one conversation on a page, so that mostly one page counts them all. */
const WITHIN = 200;

export const search = ({ words, filters }: Looked) =>
  infiniteQueryOptions({
    queryKey: [...SEARCH, words, filters],
    queryFn: ({ pageParam, signal }) =>
      archive.search(
        {
          query: words,
          wanted: filters.wanted,
          unwanted: filters.unwanted ?? [],
          ...(filters.from === undefined ? {} : { from: filters.from }),
          ...(filters.to === undefined ? {} : { to: filters.to }),
          ...(filters.wanted.some((one) => one.by === "conversation") ? { limit: WITHIN } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });

/** Notes what was looked for last, also if it had been found before. */
export function noteWords(queries: QueryClient, words: string): void {
  queries.setQueryData(LAST, words);
}

/** The words of the last search that found this message. They stand in no address. */
export function wordsThatFound(queries: QueryClient, message: string | undefined): string {
  const last = queries.getQueryData(LAST);
  const rank = (query: Query) =>
    query.queryKey[SEARCH.length] === last ? Number.POSITIVE_INFINITY : query.state.dataUpdatedAt;
  const found = queries
    .getQueryCache()
    .findAll({ queryKey: SEARCH })
    .filter((query) => {
      const data = query.state.data as InfiniteData<Page> | undefined;
      return data?.pages.some((page) => page.items.some((hit) => hit.id === message));
    })
    .reduce<Query | undefined>(
      (best, one) => (best && rank(best) >= rank(one) ? best : one),
      undefined,
    );
  return String(found?.queryKey[SEARCH.length] ?? "");
}

/** The hits, newest first, and which of them one is at; more come as they are needed. */
export function useHits(
  looked: Looked | null,
  at: string | undefined,
  /** When that was sent, once it is known. */
  sentAt: number | undefined,
) {
  const found = useInfiniteQuery({
    ...search(looked ?? { words: "", filters: { wanted: [] } }),
    enabled: looked !== null,
  });
  const pages = looked ? found.data?.pages : undefined;
  const hits = useMemo(() => joined(pages ?? []), [pages]);
  const index = hits.findIndex((hit) => hit.id === at);
  const oldest = hits.at(-1)?.sent_at;
  const isBehind = sentAt !== undefined && oldest !== undefined && oldest >= sentAt;
  const isNear = index < 0 ? isBehind : index >= hits.length - 2;
  const isEmpty = pages?.at(-1)?.items.length === 0;
  const { fetchNextPage, hasNextPage, isFetching, isError } = found;
  const isWanted = isNear && !isEmpty && hasNextPage && !isFetching && !isError;
  useEffect(() => {
    if (isWanted) void fetchNextPage();
  }, [isWanted, fetchNextPage]);
  return { found, hits, index };
}
