/** A new sample: of what, how many, and what that is before it is drawn. */

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  Alert,
  Button,
  Checkbox,
  DatePicker,
  Form,
  Input,
  InputNumber,
  Modal,
  Segmented,
  Select,
  TreeSelect,
} from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { departments, reviews } from "../../api/calls";
import type { Channel, ConversationKind, ReviewInput } from "../../api/contract";
import { useText } from "../../app/appearance";
import { nested } from "../../elements/departments";
import { MemberSelect, useSettled } from "../../elements/MemberSelect";
import { useNow } from "../../elements/Moment";
import { useTold } from "../../elements/Problems";
import { CHANNELS } from "../conversation";
import { SAID, useKindOptions } from "../kinds";
import { beijingDay } from "./days";

const METHODS = ["count", "percent", "per_member"] as const;
const USUAL = { count: 50, percent: 5, per_member: 2 };
const MOST = { count: 5000, percent: 100, per_member: 1000 };
const DAY = "YYYY-MM-DD";

interface Typed {
  name: string;
  purpose?: string;
  period: [Dayjs, Dayjs] | null;
  by: (typeof METHODS)[number];
  size: number | null;
  staff?: string[];
  department?: number;
  kind?: ConversationKind;
  channel?: Channel;
  message_kind?: string;
  recalled?: boolean;
  seed?: string;
}

function inputOf(typed: Partial<Typed> | undefined, seed?: string): ReviewInput | null {
  if (!typed?.period?.[0] || !typed.period[1] || !typed.by || !typed.size) return null;
  return {
    name: typed.name?.trim() ?? "",
    purpose: typed.purpose?.trim() ?? "",
    first_day: typed.period[0].format(DAY),
    last_day: typed.period[1].format(DAY),
    filter: {
      staff: typed.staff?.[0] ?? null,
      department: typed.department ?? null,
      kind: typed.kind ?? null,
      channel: typed.channel ?? null,
      message_kind: typed.message_kind ?? null,
      recalled: typed.recalled ?? false,
    },
    method: { [typed.by]: typed.size },
    seed: typed.seed?.trim() || seed || null,
  };
}

export function NewReview(props: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  return (
    <Modal
      open={props.open}
      title={t("ui.review.new")}
      footer={null}
      destroyOnHidden
      width={720}
      style={{ top: 32 }}
      onCancel={props.onClose}
    >
      <Fields onMade={props.onClose} />
    </Modal>
  );
}

function Fields(props: { onMade: () => void }) {
  const { t } = useText();
  const kinds = useKindOptions(SAID);
  const told = useTold();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const now = useNow();
  const [form] = Form.useForm<Typed>();
  const typed: Partial<Typed> | undefined = Form.useWatch([], form);
  const [known, setKnown] = useState<Record<string, string>>({});
  const tree = useQuery({ queryKey: ["departments"], queryFn: departments });
  const plan = usePlan(typed);
  const make = useMutation({
    mutationFn: (input: ReviewInput) => reviews.make(input),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["archive", "reviews"] });
      props.onMade();
      await navigate({ to: "/archive/reviews/$id", params: { id: made.id }, search: {} });
    },
  });
  const by = typed?.by ?? "count";
  const drawn = plan.data?.items ?? 0;
  return (
    <Form<Typed>
      form={form}
      layout="vertical"
      className="review-form"
      requiredMark={false}
      initialValues={{
        by: "count",
        size: USUAL.count,
        period: [dayjs(beijingDay(now, -6)), dayjs(beijingDay(now))],
      }}
      onFinish={(values) => {
        const input = inputOf(values, plan.data?.seed);
        if (input) make.mutate(input);
      }}
    >
      {make.error && (
        <Alert type="error" showIcon title={told(make.error)} style={{ marginBottom: 12 }} />
      )}
      <div className="grid-2">
        <Form.Item
          name="name"
          label={t("ui.review.name")}
          rules={[{ required: true, whitespace: true, message: t("ui.review.name.missing") }]}
        >
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item name="period" label={t("ui.review.period")}>
          <DatePicker.RangePicker allowClear={false} style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Form.Item name="purpose" label={t("ui.review.purpose")} extra={t("ui.review.purpose.told")}>
        <Input maxLength={400} />
      </Form.Item>
      <div className="review-method">
        <Form.Item name="by" label={t("ui.review.method")}>
          <Segmented
            options={METHODS.map((value) => ({ value, label: t(`ui.review.by.${value}`) }))}
            onChange={(value) => form.setFieldValue("size", USUAL[value as Typed["by"]])}
          />
        </Form.Item>
        <Form.Item name="size" label={t(`ui.review.size.${by}`)}>
          <InputNumber
            min={by === "percent" ? 0.01 : 1}
            max={MOST[by]}
            precision={by === "percent" ? 2 : 0}
            style={{ width: "100%" }}
          />
        </Form.Item>
      </div>
      <div className="grid-3">
        <Form.Item label={t("ui.leaver.name")}>
          <Form.Item name="staff" noStyle trigger="onChange">
            <StaffSelect known={known} onKnown={(id, name) => setKnown({ ...known, [id]: name })} />
          </Form.Item>
        </Form.Item>
        <Form.Item name="department" label={t("ui.review.department")}>
          <TreeSelect
            allowClear
            treeDefaultExpandAll
            treeData={nested(tree.data?.items ?? [])}
            showSearch={{ treeNodeFilterProp: "title" }}
            placeholder={t("ui.archive.when.all")}
          />
        </Form.Item>
        <Form.Item name="kind" label={t("ui.archive.sort")}>
          <Select
            allowClear
            placeholder={t("ui.archive.when.all")}
            options={(["single", "room"] as const).map((value) => ({
              value,
              label: t(`ui.archive.sort.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item name="channel" label={t("ui.archive.channel")}>
          <Select
            allowClear
            placeholder={t("ui.archive.when.all")}
            options={CHANNELS.map((value) => ({ value, label: t(`ui.archive.channel.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="message_kind" label={t("ui.review.message_kind")}>
          <Select
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            placeholder={t("ui.archive.when.all")}
            options={kinds}
          />
        </Form.Item>
        <Form.Item name="seed" label={t("ui.review.seed")} tooltip={t("ui.review.seed.told")}>
          <Input maxLength={64} placeholder={t("ui.review.seed.random")} />
        </Form.Item>
      </div>
      <Form.Item name="recalled" valuePropName="checked">
        <Checkbox>{t("ui.review.recalled")}</Checkbox>
      </Form.Item>
      <Planned plan={plan} />
      <Button
        type="primary"
        htmlType="submit"
        block
        loading={make.isPending}
        disabled={drawn === 0 || plan.isPlaceholderData}
      >
        {t("ui.review.draw", { count: drawn })}
      </Button>
    </Form>
  );
}

function StaffSelect(props: {
  id?: string;
  value?: string[];
  onChange?: (userids: string[]) => void;
  known: Record<string, string>;
  onKnown: (userid: string, name: string) => void;
}) {
  const { t } = useText();
  return (
    <MemberSelect
      label={t("ui.leaver.name")}
      value={props.value ?? []}
      onChange={(userids) => props.onChange?.(userids.slice(-1))}
      known={props.known}
      onKnown={props.onKnown}
      {...(props.id ? { id: props.id } : {})}
    />
  );
}

/** What would be drawn by what is typed, once the typing has paused. */
function usePlan(typed: Partial<Typed> | undefined) {
  const settled = useSettled(JSON.stringify(inputOf({ ...typed, name: "", purpose: "" })));
  return useQuery({
    queryKey: ["archive", "reviews", "plan", settled],
    queryFn: ({ signal }) => reviews.preview(JSON.parse(settled) as ReviewInput, signal),
    enabled: settled !== "null",
    placeholderData: keepPreviousData,
    // The seed that was drawn with it stays.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
}

function Planned(props: { plan: ReturnType<typeof usePlan> }) {
  const { t } = useText();
  const told = useTold();
  const { data, error } = props.plan;
  if (error) {
    return <Alert type="warning" showIcon title={told(error)} style={{ marginBottom: 12 }} />;
  }
  const title = data
    ? t("ui.review.plan", {
        population: data.population,
        items: data.items,
        members: data.members,
        covered: data.items_members,
        messages: data.items_messages,
      })
    : t("ui.review.plan.counting");
  return (
    <Alert
      type={data?.items === 0 ? "warning" : "info"}
      showIcon
      role="status"
      title={data?.items === 0 ? t("ui.review.plan.nothing") : title}
      style={{ marginBottom: 12 }}
    />
  );
}
