import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, DatePicker, Form, Input, InputNumber, Select, Space } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import type { Condition } from "../../api/contract";
import { useText } from "../../app/appearance";
import type { Key } from "../../app/text";

interface Props {
  value: Condition;
  change: (part: Partial<Condition>) => void;
}

/** Conditions on what the company itself knows of its customers. */
export function MoreConditions({ value, change }: Props) {
  const { t } = useText();
  const from = value.last_contact_after ? dayjs.unix(value.last_contact_after) : null;
  const before = value.last_contact_before;
  const until = before ? dayjs.unix(before).subtract(1, "day") : null;
  return (
    <>
      <Form.Item label={t("ui.condition.business")}>
        <Select<string[]>
          mode="tags"
          aria-label={t("ui.condition.business")}
          placeholder={t("ui.condition.any")}
          value={value.business ?? []}
          onChange={(business) => change({ business })}
        />
      </Form.Item>
      <Form.Item label={t("ui.condition.last_contact")}>
        <DatePicker.RangePicker
          style={{ width: "100%" }}
          allowEmpty={[true, true]}
          value={[from, until]}
          onChange={(range) =>
            change({
              last_contact_after: range?.[0]?.startOf("day").unix() ?? null,
              last_contact_before: range?.[1]?.add(1, "day").startOf("day").unix() ?? null,
            })
          }
        />
      </Form.Item>
      <Bounds
        label="ui.condition.messages"
        least={value.messages_min}
        most={value.messages_max}
        change={(messages_min, messages_max) => change({ messages_min, messages_max })}
      />
      <Bounds
        label="ui.condition.value"
        least={value.value_min}
        most={value.value_max}
        change={(value_min, value_max) => change({ value_min, value_max })}
      />
      <Form.Item label={t("ui.condition.groups")}>
        <Select<string[]>
          mode="tags"
          aria-label={t("ui.condition.groups")}
          placeholder={t("ui.condition.groups.told")}
          value={value.groups_any ?? []}
          onChange={(groups_any) => change({ groups_any })}
        />
      </Form.Item>
      <Fields fields={value.fields ?? {}} change={(fields) => change({ fields })} />
    </>
  );
}

type Bound = number | null | undefined;

function Bounds(props: {
  label: Key;
  least: Bound;
  most: Bound;
  change: (least: number | null, most: number | null) => void;
}) {
  const { t } = useText();
  const { least, most } = props;
  return (
    <Form.Item label={t(props.label)}>
      <Space.Compact block>
        <InputNumber
          style={{ width: "50%" }}
          precision={0}
          placeholder={t("ui.condition.least")}
          aria-label={`${t(props.label)} ${t("ui.condition.least")}`}
          value={least ?? null}
          onChange={(value) => props.change(value, most ?? null)}
        />
        <InputNumber
          style={{ width: "50%" }}
          precision={0}
          placeholder={t("ui.condition.most")}
          aria-label={`${t(props.label)} ${t("ui.condition.most")}`}
          value={most ?? null}
          onChange={(value) => props.change(least ?? null, value)}
        />
      </Space.Compact>
    </Form.Item>
  );
}

/** Fields by name, each with the values that will do. */
function Fields(props: {
  fields: Record<string, string[]>;
  change: (fields: Record<string, string[]>) => void;
}) {
  const { t } = useText();
  const [name, setName] = useState("");
  const { fields, change } = props;
  const add = () => {
    const key = name.trim();
    if (key && !(key in fields)) change({ ...fields, [key]: [] });
    setName("");
  };
  const remove = (key: string) =>
    change(Object.fromEntries(Object.entries(fields).filter(([other]) => other !== key)));
  return (
    <Form.Item label={t("ui.condition.fields")}>
      <div className="stack tight">
        {Object.entries(fields).map(([key, values]) => (
          <Space.Compact block key={key}>
            <Input style={{ width: "35%" }} value={key} readOnly aria-label={key} />
            <Select<string[]>
              mode="tags"
              style={{ width: "65%" }}
              aria-label={t("ui.condition.fields.values", { name: key })}
              placeholder={t("ui.condition.fields.values", { name: key })}
              value={values}
              onChange={(picked) => change({ ...fields, [key]: picked })}
            />
            <Button
              icon={<DeleteOutlined />}
              aria-label={t("ui.condition.fields.remove", { name: key })}
              onClick={() => remove(key)}
            />
          </Space.Compact>
        ))}
        <Space.Compact block>
          <Input
            value={name}
            maxLength={60}
            placeholder={t("ui.condition.fields.name")}
            aria-label={t("ui.condition.fields.name")}
            onChange={(event) => setName(event.target.value)}
            onPressEnter={add}
          />
          <Button icon={<PlusOutlined />} disabled={!name.trim()} onClick={add}>
            {t("ui.condition.fields.add")}
          </Button>
        </Space.Compact>
      </div>
    </Form.Item>
  );
}
