import { Button, DatePicker, Form, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import type { Condition } from "../../api/contract";
import { useText } from "../../app/appearance";
import { TagSelect } from "../../elements/TagSelect";
import { MoreConditions } from "./MoreConditions";
import { trimmed } from "./rules";

/** Conditions that are shown only when asked for. */
const MORE = [
  "business",
  "last_contact_after",
  "last_contact_before",
  "messages_min",
  "messages_max",
  "value_min",
  "value_max",
  "groups_any",
  "fields",
];
const ADD_WAYS = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 24, 201, 202];

/** Conditions that all must hold; what is left empty holds for everybody. */
export function ConditionEditor(props: {
  value: Condition;
  onChange: (condition: Condition) => void;
  regions: string[];
  /** Filters may leave out tags; rules may demand all of several. */
  kind: "filter" | "rule";
}) {
  const { t, find } = useText();
  const { value, regions, kind } = props;
  const [more, setMore] = useState(() => MORE.some((name) => name in trimmed(value)));
  const change = (part: Partial<Condition>) => props.onChange({ ...value, ...part });
  const second = kind === "filter" ? "tags_none" : "tags_all";
  const from = value.added_after ? dayjs.unix(value.added_after) : null;
  const until = value.added_before ? dayjs.unix(value.added_before).subtract(1, "day") : null;
  return (
    <Form layout="vertical" component="div" className="grid-2" style={{ rowGap: 0 }}>
      <Form.Item label={t("ui.condition.tags_any")}>
        <TagSelect
          label={t("ui.condition.tags_any")}
          placeholder={t("ui.condition.any")}
          value={value.tags_any ?? []}
          onChange={(tags_any) => change({ tags_any })}
        />
      </Form.Item>
      <Form.Item label={t(`ui.condition.${second}`)}>
        <TagSelect
          label={t(`ui.condition.${second}`)}
          placeholder={t("ui.condition.none_set")}
          value={value[second] ?? []}
          onChange={(tags) => change({ [second]: tags })}
        />
      </Form.Item>
      <Form.Item label={t("ui.condition.regions")}>
        <Select<string[]>
          mode="tags"
          aria-label={t("ui.condition.regions")}
          placeholder={t("ui.condition.any")}
          value={value.regions ?? []}
          options={regions.map((region) => ({ value: region, label: region }))}
          onChange={(picked) => change({ regions: picked })}
        />
      </Form.Item>
      <Form.Item label={t("ui.condition.added")}>
        <DatePicker.RangePicker
          style={{ width: "100%" }}
          allowEmpty={[true, true]}
          value={[from, until]}
          onChange={(range) =>
            change({
              added_after: range?.[0]?.startOf("day").unix() ?? null,
              added_before: range?.[1]?.add(1, "day").startOf("day").unix() ?? null,
            })
          }
        />
      </Form.Item>
      <Form.Item label={t("ui.condition.add_ways")}>
        <Select<number[]>
          mode="multiple"
          aria-label={t("ui.condition.add_ways")}
          placeholder={t("ui.condition.any")}
          showSearch={{ optionFilterProp: "label" }}
          value={value.add_ways ?? []}
          options={ADD_WAYS.map((way) => ({
            value: way,
            label: find(`ui.add_way.${way}`) ?? String(way),
          }))}
          onChange={(add_ways) => change({ add_ways })}
        />
      </Form.Item>
      {more ? (
        <MoreConditions value={value} change={change} />
      ) : (
        <Form.Item label=" " colon={false}>
          <Button onClick={() => setMore(true)}>{t("ui.condition.more")}</Button>
        </Form.Item>
      )}
    </Form>
  );
}
