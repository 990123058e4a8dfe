/** The notice period: who is moved in service with a message, on which day, and who after. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, App, Button, DatePicker, Form, Input, InputNumber, Table } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useMemo, useState } from "react";
import { departures } from "../api/calls";
import type { NoticeDraft, NoticeFigures, NoticeInput, NoticePlan } from "../api/contract";
import { useText } from "../app/appearance";
import { STATE_COLOURS } from "../app/theme";
import { Chart } from "../elements/Chart";
import { MemberSelect } from "../elements/MemberSelect";
import { useNow } from "../elements/Moment";
import { useTold } from "../elements/Problems";
import { TagSelect } from "../elements/TagSelect";
import { Wide } from "../elements/Wide";

const MOST_DAYS = 120;

export function NoticePeriod(props: { userid: string }) {
  const { t } = useText();
  const now = useNow();
  const told = useTold();
  const { message } = App.useApp();
  const [lastDay, setLastDay] = useState<Dayjs>(() => dayjs.unix(now).add(14, "day"));
  const [tags, setTags] = useState<string[]>([]);
  const [perDay, setPerDay] = useState<number | null>(50);
  const [made, setMade] = useState<{ input: NoticeInput; plan: NoticePlan } | null>(null);
  const plan = useMutation({
    mutationFn: (input: NoticeInput) => departures.noticePlan(props.userid, input),
    onSuccess: (planned, input) => setMade({ input, plan: planned }),
    onError: (error) => void message.error(told(error)),
  });
  const input: NoticeInput = {
    // Noon in Beijing, so that the day is the one that was chosen wherever the viewer is.
    last_day: Date.parse(`${lastDay.format("YYYY-MM-DD")}T12:00:00+08:00`) / 1000,
    vip: tags.length > 0 ? { tags_any: tags } : {},
    ...(perDay ? { per_day: perDay } : {}),
  };
  return (
    <div className="stack">
      <section className="card">
        <h2>{t("ui.notice_plan.title")}</h2>
        <p className="soft small">{t("ui.notice_plan.told")}</p>
        <Form layout="vertical" component="div" className="grid-3" style={{ rowGap: 0 }}>
          <Form.Item label={t("ui.notice_plan.last_day")}>
            <DatePicker
              style={{ width: "100%" }}
              aria-label={t("ui.notice_plan.last_day")}
              allowClear={false}
              value={lastDay}
              minDate={dayjs.unix(now)}
              maxDate={dayjs.unix(now).add(MOST_DAYS, "day")}
              onChange={(day: Dayjs | null) => day && setLastDay(day)}
            />
          </Form.Item>
          <Form.Item label={t("ui.notice_plan.vip")}>
            <TagSelect
              label={t("ui.notice_plan.vip")}
              placeholder={t("ui.notice_plan.everybody")}
              value={tags}
              onChange={setTags}
            />
          </Form.Item>
          <Form.Item label={t("ui.notice_plan.per_day")}>
            <InputNumber<number>
              style={{ width: "100%" }}
              aria-label={t("ui.notice_plan.per_day")}
              placeholder={t("ui.notice_plan.no_limit")}
              min={1}
              max={100_000}
              precision={0}
              value={perDay}
              onChange={setPerDay}
            />
          </Form.Item>
        </Form>
        <Button type="primary" loading={plan.isPending} onClick={() => plan.mutate(input)}>
          {t("ui.notice_plan.act")}
        </Button>
      </section>
      {made && <Planned userid={props.userid} {...made} />}
    </div>
  );
}

function Planned(props: { userid: string; input: NoticeInput; plan: NoticePlan }) {
  const { t } = useText();
  const { plan } = props;
  const { customers, groups } = useMemo(() => barsOf(plan, t), [plan, t]);
  return (
    <>
      <div className="grid-2">
        <Chart
          kind="columns"
          title={t("ui.notice_plan.chart.customers")}
          told={t("ui.notice_plan.chart.customers.told")}
          bars={customers}
        />
        <Chart
          kind="columns"
          title={t("ui.notice_plan.chart.groups")}
          told={t("ui.notice_plan.chart.groups.told")}
          bars={groups}
        />
      </div>
      <Comparison plan={plan} />
      {plan.days.length > 0 && <Drafts {...props} />}
    </>
  );
}

function barsOf(plan: NoticePlan, t: ReturnType<typeof useText>["t"]) {
  const day = (at: number) =>
    new Intl.DateTimeFormat("en-CA", {
      timeZone: "Asia/Shanghai",
      month: "2-digit",
      day: "2-digit",
    }).format(at * 1000);
  const after = plan.after.reduce((sum, one) => sum + one.customers, 0);
  const late = { name: t("ui.notice_plan.after"), colour: STATE_COLOURS.planned ?? "" };
  const inService = (part: "customers" | "groups") =>
    plan.days
      .filter((one) => one[part] > 0)
      .map((one) => ({ name: day(one.day), value: one[part] }));
  return {
    customers: [...inService("customers"), ...(after > 0 ? [{ ...late, value: after }] : [])],
    groups: [
      ...inService("groups"),
      ...(plan.groups_after > 0 ? [{ ...late, value: plan.groups_after }] : []),
    ],
  };
}

interface Way extends NoticeFigures {
  key: "plan" | "as_listed" | "all_after";
}

/** The plan beside what is usually done instead. */
function Comparison(props: { plan: NoticePlan }) {
  const { t, number, short, find } = useText();
  const { plan } = props;
  const ways: Way[] = (["plan", "as_listed", "all_after"] as const).map((key) => ({
    key,
    ...plan[key],
  }));
  const figure = (key: "with_message" | "important_decided" | "important_repeatable") => ({
    key,
    dataIndex: key,
    title: t(`ui.notice_plan.${key}`),
    align: "right" as const,
    className: "number",
    render: (value: number) => number(value),
  });
  const why = plan.after
    .map((one) => `${find(`ui.notice_plan.why.${one.why}`) ?? one.why} ${number(one.customers)}`)
    .join(" · ");
  return (
    <section className="card">
      <h2>{t("ui.notice_plan.comparison")}</h2>
      <p className="soft small">
        {t("ui.notice_plan.sum", {
          customers: plan.customers,
          important: plan.important,
          groups: plan.groups,
          calls: plan.calls,
        })}
      </p>
      <Wide label={t("ui.notice_plan.comparison")}>
        <Table<Way>
          size="small"
          rowKey="key"
          pagination={false}
          dataSource={ways}
          columns={[
            {
              key: "way",
              title: t("ui.notice_plan.way"),
              render: (_, way) => t(`ui.notice_plan.way.${way.key}`),
            },
            figure("with_message"),
            figure("important_decided"),
            figure("important_repeatable"),
            {
              key: "finish",
              title: t("ui.notice_plan.finish"),
              align: "right",
              className: "number",
              render: (_, way) => short(way.finish_at),
            },
          ]}
        />
      </Wide>
      {why && (
        <p className="soft small" style={{ margin: "8px 0 0" }}>
          {t("ui.notice_plan.why", { why })}
        </p>
      )}
    </section>
  );
}

function Drafts(props: { userid: string; input: NoticeInput }) {
  const { t, day } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [to, setTo] = useState<string[]>([]);
  const [words, setWords] = useState("");
  const [names, setNames] = useState<Record<string, string>>({});
  const [drafts, setDrafts] = useState<NoticeDraft[]>([]);
  const make = useMutation({
    mutationFn: () =>
      departures.noticeDrafts(props.userid, {
        plan: props.input,
        to,
        personal_message: words.trim(),
      }),
    onSuccess: (page) => {
      setDrafts(page.items);
      void queries.invalidateQueries({ queryKey: ["handovers"] });
    },
    onError: (error) => void message.error(told(error)),
  });
  return (
    <section className="card">
      <h2>{t("ui.notice_plan.drafts")}</h2>
      <p className="soft small">{t("ui.notice_plan.drafts.told")}</p>
      <Form layout="vertical" component="div" className="grid-2" style={{ rowGap: 0 }}>
        <Form.Item label={t("ui.handover.successor")}>
          <MemberSelect
            leaver={props.userid}
            label={t("ui.handover.successor")}
            known={names}
            onKnown={(userid, name) => setNames((old) => ({ ...old, [userid]: name }))}
            value={to}
            onChange={setTo}
          />
        </Form.Item>
        <Form.Item label={t("ui.notice_plan.message")}>
          <Input.TextArea
            aria-label={t("ui.notice_plan.message")}
            maxLength={200}
            showCount
            autoSize={{ minRows: 2, maxRows: 4 }}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </Form.Item>
      </Form>
      <Button
        disabled={to.length === 0 || drafts.length > 0}
        loading={make.isPending}
        onClick={() => make.mutate()}
      >
        {t("ui.notice_plan.drafts.act")}
      </Button>
      {drafts.length > 0 && (
        <Alert
          style={{ marginTop: 12 }}
          type="success"
          showIcon
          title={t("ui.notice_plan.drafts.made", { count: drafts.length })}
          description={drafts.map((draft) => (
            <span key={draft.handover_id} style={{ marginInlineEnd: 16 }}>
              <Link to="/handovers/$id" params={{ id: draft.handover_id }} search={{}}>
                {day(draft.day)}
              </Link>
            </span>
          ))}
        />
      )}
    </section>
  );
}
