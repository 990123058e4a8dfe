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
  createContext,
  createElement,
  type HTMLAttributes,
  memo,
  type ReactNode,
  useCallback,
  useContext,
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
  const { slots, total } = pages;
  const height = Math.min(props.height ?? rest, Math.max(120, slots.length * 56));
  const count = total ?? slots.length;
  const told = useMemo(() => ({ label: props.label, count }), [props.label, count]);

  if (pages.error) return <ProblemView error={pages.error} retry={pages.retry} />;
  if (!pages.ready) return <Skeleton active title={false} paragraph={{ rows: 8 }} />;
  if (slots.length === 0) return props.empty;
  return (
    <div ref={frame}>
      <Told value={told}>
        <Drawn
          slots={slots}
          keyOf={pages.keyOf}
          sight={pages.sight}
          columns={props.columns}
          height={height}
          chosen={props.selection?.chosen}
          choose={props.selection?.choose}
        />
      </Told>
      <Foot shown={slots.length} total={total} more={pages.more} />
    </div>
  );
}

interface DrawnProps<T extends object> {
  slots: Slot<T>[];
  keyOf: (slot: Slot<T>) => string;
  sight: Sight;
  columns: Column<T>[];
  height: number;
  chosen: string[] | undefined;
  choose: ((keys: string[]) => void) | undefined;
}

/**
 * Looking through 100,000 rows takes milliseconds, so the table is only drawn
 * again when what it shows has changed, not whenever something was scrolled.
 */
const Drawn = memo(function Drawn<T extends object>(props: DrawnProps<T>) {
  const { columns, sight, chosen, choose } = props;
  const shownColumns = useMemo(
    () => columns.map((column, index) => shown(column, index === 0, sight)),
    [columns, sight],
  );
  const wide = columns.reduce((sum, column) => sum + column.width, 0);
  return (
    <Table<Slot<T>>
      virtual
      size="middle"
      pagination={false}
      columns={shownColumns}
      components={ROLES}
      dataSource={props.slots}
      rowKey={props.keyOf}
      scroll={{ x: wide, y: props.height }}
      {...(chosen &&
        choose && {
          rowSelection: {
            selectedRowKeys: chosen,
            preserveSelectedRowKeys: true,
            columnWidth: 44,
            onChange: (keys: React.Key[]) => choose(keys.map(String)),
          },
        })}
    />
  );
}) as <T extends object>(props: DrawnProps<T>) => ReactNode;

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
      gcTime: 20_000,
      staleTime: 5_000,
    })),
  });

  const rowKey = useRef(props.rowKey);
  rowKey.current = props.rowKey;
  const keyOf = useCallback(
    (slot: Slot<T>) => (isHole(slot) ? `hole-${slot.hole}` : rowKey.current(slot)),
    [],
  );
  const answers = useSame(results.map((result) => result.data));
  const places = useSame(wanted);
  const { learnt, slots, total } = useMemo(() => {
    const held = new Map<number, T[]>();
    let learning = chain;
    let counted: number | null = null;
    answers.forEach((answer, position) => {
      const page = places[position];
      if (page === undefined || !answer) return;
      held.set(page, answer.items);
      learning = learn(learning, page, answer.items.length, answer.next_cursor);
      counted = answer.total ?? counted;
    });
    return {
      learnt: learning,
      slots: assemble(learning, held, rowKey.current),
      total: counted as number | null,
    };
  }, [chain, answers, places]);
  useEffect(() => {
    if (learnt !== chain) setChain(learnt);
  }, [learnt, chain]);
  const failed = results.find((result) => result.error && !result.data);
  return {
    slots,
    keyOf,
    sight,
    total,
    ready: learnt.sizes.length > 0,
    more: learnt.cursors.length > learnt.sizes.length,
    error: failed?.error,
    retry: () => {
      for (const result of results) void result.refetch();
    },
  };
}

/** The list of before as long as it holds the same things. */
function useSame<T>(list: T[]): T[] {
  const before = useRef(list);
  const same =
    before.current.length === list.length &&
    list.every((one, index) => one === before.current[index]);
  if (!same) before.current = list;
  return before.current;
}

const Told = createContext({ label: "", count: 0 });
type Own = HTMLAttributes<HTMLDivElement>;

/** Ant Design draws virtual rows as plain boxes; a screen reader needs their roles. */
const ROLES = {
  body: {
    row: (own: Own) => createElement("div", { ...own, role: "row" }),
    cell: (own: Own) => createElement("div", { ...own, role: "cell" }),
    wrapper: function Rows(own: Own) {
      const { label, count } = useContext(Told);
      const told = { role: "table", "aria-label": label, "aria-rowcount": count };
      return createElement("div", { ...own, ...told });
    },
  },
};

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
