/** Choosing groups by name, of those whose conversations one may read. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useEffect, useState } from "react";
import { archive } from "../api/calls";
import type { Conversation } from "../api/contract";
import { useText } from "../app/appearance";
import { useSettled } from "../elements/MemberSelect";
import { nameOf } from "./conversation";
import { Offered } from "./PersonSelect";

/** Groups of a page, and pages looked through for a name. */
const PAGE = 200;
const MOST_PAGES = 10;
/** So many that fit a name are enough. */
const ENOUGH = 20;

export function RoomSelect(props: { value: string[]; onChange: (rooms: string[]) => void }) {
  const { t } = useText();
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState("");
  const sought = useSettled(typed).trim().toLowerCase();
  const found = useInfiniteQuery({
    queryKey: ["archive", "rooms"],
    queryFn: ({ pageParam, signal }) =>
      archive.conversations({ kind: "room", limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: opened,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
  const pages = found.data?.pages ?? [];
  const options = pages
    .flatMap((page) => page.items)
    .flatMap((one) => (one.room ? { value: one.room, label: nameOf(one), told: one.room } : []))
    .filter((one) => `${one.label} ${one.told}`.toLowerCase().includes(sought));
  const isLacking = sought !== "" && options.length < ENOUGH && pages.length < MOST_PAGES;
  const { hasNextPage, isFetching, isError, fetchNextPage } = found;
  const isWanted = isLacking && hasNextPage && !isFetching && !isError;
  useEffect(() => {
    if (isWanted) void fetchNextPage();
  }, [isWanted, fetchNextPage]);
  return (
    <Select<string[], (typeof options)[number]>
      mode="multiple"
      allowClear
      maxTagCount="responsive"
      maxCount={ENOUGH}
      style={{ width: "100%" }}
      aria-label={t("ui.archive.rooms")}
      placeholder={t("ui.archive.rooms")}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      loading={isFetching}
      value={props.value}
      options={options}
      labelRender={(one) => one.label || <RoomName room={String(one.value)} />}
      popupMatchSelectWidth={300}
      optionRender={({ data }) => (
        <Offered label={data.label || t("ui.archive.unnamed")} told={data.told} />
      )}
      notFoundContent={isFetching ? t("ui.loading") : t("ui.archive.rooms.none")}
      onChange={(rooms) => {
        // The field is emptied by a choice without a word of it.
        setTyped("");
        props.onChange(rooms);
      }}
      onOpenChange={(open) => (open ? setOpened(true) : setTyped(""))}
    />
  );
}

function RoomName(props: { room: string }) {
  const { room } = props;
  const { data } = useQuery({
    queryKey: ["archive", "room", room],
    queryFn: async ({ signal }): Promise<Conversation | null> =>
      (await archive.conversations({ room }, signal)).items[0] ?? null,
    staleTime: 60_000,
  });
  return <>{nameOf(data ?? undefined) || room}</>;
}
