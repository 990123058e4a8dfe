/**
 * A table over a cursor list of any length.
 *
 * Invariants: filtering and order are the server's; the browser holds only the
 * pages around what is in sight; the list never jumps under the reader.
 */

import { hashKey, type QueryKey, useQueries } from "@tanstack/react-query";
import { Skeleton, Table } from "antd";
import type { ColumnType } from "antd/es/table";
import {
  createElement,
  type HTMLAttributes,
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { Page } from "../api/contract";
import { useText } from "../app/appearance";
import { ProblemView } from "./Problems";
import { assemble, type Chain, isHole, learn, type Slot, START, wantedPages } from "./pages";

export interface Column<T> {
  key: string;
  title: ReactNode;
  width: number;
  align?: "left" | "right" | "center";
  fixed?: "left" | "right";
  render: (row: T) => ReactNode;
}

interface Props<T extends object> {
  /** What the list is, for screen readers. */
  label: string;
  queryKey: QueryKey;
  fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>;
  columns: Column<T>[];
  rowKey: (row: T) => string;
  empty: ReactNode;
  /** Pixels; the rest of the window when absent. */
  height?: number;
  selection?: { chosen: string[]; choose: (keys: string[]) => void };
}

export function PagedTable<T extends object>(props: Props<T>) {
  const pages = usePages(props);
  const frame = useRef<HTMLDivElement>(null);
  const rest = useRestOfWindow(frame);
  const components = useRoles(props.label, pages.total ?? pages.slots.length);
  const columns = useMemo(
    () => props.columns.map((column, index) => shown(column, index === 0, pages.sight)),
    [props.columns, pages.sight],
  );
  const wide = props.columns.reduce((sum, column) => sum + column.width, 0);
  const keyOf = (slot: Slot<T>) => (isHole(slot) ? `hole-${slot.hole}` : props.rowKey(slot));

  if (pages.error) return <ProblemView error={pages.error} retry={pages.retry} />;
  if (!pages.ready) return <Skeleton active title={false} paragraph={{ rows: 8 }} />;
  if (pages.slots.length === 0) return props.empty;
  const height = Math.min(props.height ?? rest, Math.max(120, pages.slots.length * 56));
  const selection = props.selection;
  return (
    <div ref={frame}>
      <Table<Slot<T>>
        virtual
        size="middle"
        pagination={false}
        columns={columns}
        components={components}
        dataSource={pages.slots}
        rowKey={keyOf}
        scroll={{ x: wide, y: height }}
        {...(selection && {
          rowSelection: {
            selectedRowKeys: selection.chosen,
            preserveSelectedRowKeys: true,
            columnWidth: 44,
            onChange: (keys: React.Key[]) => selection.choose(keys.map(String)),
          },
        })}
      />
      <Foot shown={pages.slots.length} total={pages.total} more={pages.more} />
    </div>
  );
}

function Foot(props: { shown: number; total: number | null; more: boolean }) {
  const { t } = useText();
  const told =
    props.total !== null
      ? t("ui.table.total", { count: props.total })
      : t(props.more ? "ui.table.so_far" : "ui.table.total", { count: props.shown });
  return (
    <div className="table-foot">
      <span>{told}</span>
    </div>
  );
}

function shown<T extends object>(
  column: Column<T>,
  first: boolean,
  sight: Sight,
): ColumnType<Slot<T>> {
  const { render, ...rest } = column;
  return {
    ...rest,
    ellipsis: true,
    className: column.align === "right" ? "number" : "",
    render: (_: unknown, slot: Slot<T>, index: number) => (
      <>
        {first && <Seen index={index} sight={sight} />}
        {isHole(slot) ? <span className="hole" /> : render(slot)}
      </>
    ),
  };
}

interface Sight {
  enter(index: number): void;
  leave(index: number): void;
}

/** Tells the list which rows are on the screen. */
function Seen(props: { index: number; sight: Sight }) {
  const { index, sight } = props;
  useEffect(() => {
    sight.enter(index);
    return () => sight.leave(index);
  }, [index, sight]);
  return null;
}

function useSight(): [Sight, { first: number; last: number }, () => void] {
  const seen = useRef(new Set<number>());
  const [range, setRange] = useState({ first: 0, last: 0 });
  const sight = useMemo<Sight>(() => {
    let waiting = false;
    const look = () => {
      waiting = false;
      if (seen.current.size === 0) return;
      const first = Math.min(...seen.current);
      const last = Math.max(...seen.current);
      setRange((before) =>
        before.first === first && before.last === last ? before : { first, last },
      );
    };
    const later = () => {
      if (!waiting) {
        waiting = true;
        setTimeout(look, 30);
      }
    };
    return {
      enter: (index) => {
        seen.current.add(index);
        later();
      },
      leave: (index) => {
        seen.current.delete(index);
        later();
      },
    };
  }, []);
  const reset = useCallback(() => {
    seen.current.clear();
    setRange({ first: 0, last: 0 });
  }, []);
  return [sight, range, reset];
}

function usePages<T extends object>(props: Props<T>) {
  const hash = hashKey(props.queryKey);
  const [chain, setChain] = useState<Chain>(START);
  const [of, setOf] = useState(hash);
  const [sight, range, reset] = useSight();
  if (of !== hash) {
    setOf(hash);
    setChain(START);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new list starts at its top
  useEffect(reset, [hash, reset]);
  const wanted = wantedPages(chain, range.first, range.last);
  const results = useQueries({
    queries: wanted.map((page) => ({
      queryKey: [...props.queryKey, "page", chain.cursors[page] ?? null],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        props.fetchPage(chain.cursors[page], signal),
      gcTime: 60_000,
      staleTime: 5_000,
    })),
  });

  const held = new Map<number, T[]>();
  let learnt = chain;
  let total: number | null = null;
  results.forEach((result, position) => {
    const page = wanted[position];
    if (page === undefined || !result.data) return;
    held.set(page, result.data.items);
    learnt = learn(learnt, page, result.data.items.length, result.data.next_cursor);
    total = result.data.total ?? total;
  });
  useEffect(() => {
    if (learnt !== chain) setChain(learnt);
  });
  const failed = results.find((result) => result.error && !result.data);
  return {
    slots: assemble(learnt, held, props.rowKey),
    sight,
    total: total as number | null,
    ready: learnt.sizes.length > 0,
    more: learnt.cursors.length > learnt.sizes.length,
    error: failed?.error,
    retry: () => results.forEach((result) => void result.refetch()),
  };
}

/** Ant Design draws virtual rows as plain boxes; a screen reader needs their roles. */
function useRoles(label: string, count: number) {
  return useMemo(() => {
    type Own = HTMLAttributes<HTMLDivElement>;
    const row = (own: Own) => createElement("div", { ...own, role: "row" });
    const cell = (own: Own) => createElement("div", { ...own, role: "cell" });
    const table = { role: "table", "aria-label": label, "aria-rowcount": count };
    const wrapper = (own: Own) => createElement("div", { ...own, ...table });
    return { body: { row, cell, wrapper } };
  }, [label, count]);
}

function useRestOfWindow(frame: React.RefObject<HTMLDivElement | null>): number {
  const [height, setHeight] = useState(480);
  useEffect(() => {
    const measure = () => {
      const top = frame.current?.getBoundingClientRect().top;
      if (top !== undefined) {
        setHeight(Math.max(280, Math.floor(window.innerHeight - top - window.scrollY - 120)));
      }
    };
    measure();
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  });
  return height;
}
