import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { tags } from "../api/calls";

export const tagsQuery = { queryKey: ["tags"], queryFn: tags, staleTime: 300_000 };

/** Corp tags, by their groups. */
export function TagSelect(props: {
  label: string;
  placeholder: string;
  value: string[];
  onChange: (ids: string[]) => void;
  single?: boolean;
  /** Keeps to one line, however many are chosen. */
  compact?: boolean;
  width?: number | string;
}) {
  const { data } = useQuery(tagsQuery);
  const options = (data ?? []).map((group) => ({
    label: group.name,
    options: group.tags.map((tag) => ({ value: tag.id, label: tag.name })),
  }));
  return (
    <Select<string | string[]>
      {...(props.single ? {} : { mode: "multiple" as const })}
      {...(props.compact ? { maxTagCount: "responsive" as const } : {})}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      style={{ width: props.width ?? "100%" }}
      aria-label={props.label}
      placeholder={props.placeholder}
      value={props.single ? (props.value[0] as string) : props.value}
      options={options}
      onChange={(value) => props.onChange(Array.isArray(value) ? value : value ? [value] : [])}
    />
  );
}

/** Names of tags by id, for sentences. */
export function useTagNames(): (id: string) => string {
  const { data } = useQuery(tagsQuery);
  const names = new Map(data?.flatMap((group) => group.tags.map((tag) => [tag.id, tag.name])));
  return (id) => names.get(id) ?? id;
}
