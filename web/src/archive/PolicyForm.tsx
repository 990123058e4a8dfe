/** A new version of the policy, from nothing or from another one. */

import { ArrowDownOutlined, ArrowUpOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  Alert,
  Button,
  Card,
  Checkbox,
  Drawer,
  Form,
  Input,
  InputNumber,
  Select,
  TreeSelect,
} from "antd";
import { archive, departments, members } from "../api/calls";
import type { ArchivePolicy } from "../api/contract";
import { useText } from "../app/appearance";
import { nested } from "../elements/departments";
import { useTold } from "../elements/Problems";
import { TagSelect } from "../elements/TagSelect";
import { useMay } from "../session/session";
import { CHANNELS } from "./conversation";

type Policy = ArchivePolicy["policy"];
interface Typed {
  name: string;
  policy: Policy;
}

// biome-ignore lint/suspicious/noThenProperty: the API calls it so; nothing awaits a rule
const NEW_RULE = { name: "", when: {}, then: { keep: "keep", media: true } };

const NOTHING: Policy = {
  rules: [],
  default: { keep: "keep", media: true },
};

export function PolicyForm(props: { from: ArchivePolicy | null; onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const told = useTold();
  const save = useMutation({
    mutationFn: (typed: Typed) => archive.savePolicy(typed.name, cleaned(typed.policy)),
    onSuccess: () => {
      props.onClose();
      return queries.invalidateQueries({ queryKey: ["archive", "policies"] });
    },
  });
  return (
    <Drawer open size={640} title={t("ui.archive.policy.new")} onClose={props.onClose}>
      <Form<Typed>
        layout="vertical"
        requiredMark={false}
        initialValues={{ name: props.from?.name ?? "", policy: props.from?.policy ?? NOTHING }}
        onFinish={save.mutate}
      >
        {save.error && (
          <Alert type="error" showIcon title={told(save.error)} style={{ marginBottom: 16 }} />
        )}
        <Form.Item
          name="name"
          label={t("ui.archive.policy.name")}
          rules={[
            { required: true, whitespace: true, message: t("ui.archive.policy.name.missing") },
          ]}
        >
          <Input maxLength={120} />
        </Form.Item>
        <p className="soft">{t("ui.archive.policy.rules.told")}</p>
        <Form.List name={["policy", "rules"]}>
          {(fields, { add, remove, move }) => (
            <div className="stack">
              {fields.map((field, place) => (
                <Card
                  key={field.key}
                  size="small"
                  title={t("ui.archive.policy.rule.nth", { place: place + 1 })}
                  extra={
                    <div className="row">
                      <Move
                        to="up"
                        place={place}
                        disabled={place === 0}
                        onClick={() => move(place, place - 1)}
                      />
                      <Move
                        to="down"
                        place={place}
                        disabled={place === fields.length - 1}
                        onClick={() => move(place, place + 1)}
                      />
                      <Button size="small" onClick={() => remove(field.name)}>
                        {t("ui.archive.policy.rule.remove")}
                      </Button>
                    </div>
                  }
                >
                  <RuleFields at={field.name} />
                </Card>
              ))}
              <Button block onClick={() => add(NEW_RULE)}>
                {t("ui.archive.policy.rule.add")}
              </Button>
            </div>
          )}
        </Form.List>
        <Card size="small" title={t("ui.archive.policy.default")} style={{ margin: "16px 0" }}>
          <TreatmentFields at={["policy", "default"]} />
        </Card>
        <Button type="primary" htmlType="submit" block loading={save.isPending}>
          {t("ui.save")}
        </Button>
      </Form>
    </Drawer>
  );
}

function Move(props: { to: "up" | "down"; place: number; disabled: boolean; onClick: () => void }) {
  const { t, number } = useText();
  const word = t(`ui.rule.${props.to}`, { number: number(props.place + 1) });
  return (
    <Button
      size="small"
      icon={props.to === "up" ? <ArrowUpOutlined /> : <ArrowDownOutlined />}
      title={word}
      aria-label={word}
      disabled={props.disabled}
      onClick={props.onClick}
    />
  );
}

/** The positions people have, as far as a page of them tells. */
function usePositions() {
  const { data } = useQuery({
    queryKey: ["members", "positions"],
    queryFn: ({ signal }) => members({ status: "active", limit: 1000 }, signal),
    enabled: useMay("directory.view"),
    staleTime: 300_000,
  });
  const positions = new Set(data?.items.map((one) => one.position).filter(Boolean));
  return [...positions].sort().map((value) => ({ value, label: value }));
}

function cleaned(policy: Policy): Policy {
  const treatment = (one: Policy["default"]): Policy["default"] => ({
    keep: one.keep,
    media: one.keep !== "skip" && one.media,
    ...(one.days ? { days: one.days } : {}),
  });
  // biome-ignore lint/suspicious/noThenProperty: the API calls it so; nothing awaits a rule
  const rules = (policy.rules ?? []).map((rule) => ({ ...rule, then: treatment(rule.then) }));
  return { rules, default: treatment(policy.default) };
}

function RuleFields(props: { at: number }) {
  const { t } = useText();
  const tree = useQuery({ queryKey: ["departments"], queryFn: departments });
  const positions = usePositions();
  const { at } = props;
  return (
    <>
      <Form.Item
        name={[at, "name"]}
        label={t("ui.archive.policy.rule.name")}
        rules={[{ required: true, whitespace: true, message: t("ui.archive.policy.name.missing") }]}
      >
        <Input maxLength={120} />
      </Form.Item>
      <div className="grid-2">
        <Form.Item name={[at, "when", "departments"]} label={t("ui.archive.when.departments")}>
          <TreeSelect
            multiple
            allowClear
            treeData={nested(tree.data?.items ?? [])}
            placeholder={t("ui.archive.when.all")}
          />
        </Form.Item>
        <Form.Item name={[at, "when", "levels"]} label={t("ui.archive.when.levels")}>
          <Select mode="tags" options={positions} placeholder={t("ui.archive.when.all")} />
        </Form.Item>
        <Form.Item
          name={[at, "when", "customer_types"]}
          label={t("ui.archive.when.customer_types")}
        >
          <Select
            mode="multiple"
            placeholder={t("ui.archive.when.all")}
            options={(["wechat", "wecom"] as const).map((value) => ({
              value,
              label: t(`ui.archive.customer_type.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item name={[at, "when", "channels"]} label={t("ui.archive.when.channels")}>
          <Select
            mode="multiple"
            placeholder={t("ui.archive.when.all")}
            options={CHANNELS.map((value) => ({ value, label: t(`ui.archive.channel.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name={[at, "when", "tags"]} label={t("ui.archive.when.tags")}>
          <TagsField />
        </Form.Item>
      </div>
      <TreatmentFields at={[at, "then"]} />
    </>
  );
}

function TagsField(props: { value?: string[]; onChange?: (ids: string[]) => void }) {
  const { t } = useText();
  return (
    <TagSelect
      width="100%"
      label={t("ui.archive.when.tags")}
      placeholder={t("ui.archive.when.all")}
      value={props.value ?? []}
      onChange={(ids) => props.onChange?.(ids)}
    />
  );
}

function TreatmentFields(props: { at: (string | number)[] }) {
  const { t } = useText();
  const { at } = props;
  return (
    <div className="grid-2">
      <Form.Item name={[...at, "keep"]} label={t("ui.archive.policy.treatment")}>
        <Select
          options={(["keep", "mask", "skip"] as const).map((value) => ({
            value,
            label: t(`ui.archive.keep.${value}`),
          }))}
        />
      </Form.Item>
      <Form.Item name={[...at, "days"]} label={t("ui.archive.policy.days")}>
        <InputNumber
          min={1}
          max={36_500}
          precision={0}
          style={{ width: "100%" }}
          placeholder={t("ui.archive.keep.ever")}
        />
      </Form.Item>
      <Form.Item name={[...at, "media"]} valuePropName="checked">
        <Checkbox>{t("ui.archive.policy.media")}</Checkbox>
      </Form.Item>
    </div>
  );
}
