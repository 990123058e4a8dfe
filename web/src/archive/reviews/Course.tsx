/** The way of a finding: the sample it came by, what was found, what was done, and how it went on. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Drawer, Form, Input, Progress, Select, Timeline } from "antd";
import { type ReactNode, useState } from "react";
import { reviews } from "../../api/calls";
import type {
  ReviewCourse,
  ReviewHandlingInput,
  ReviewItem,
  ReviewMeasure,
  ReviewMemberCourse,
} from "../../api/contract";
import { useText } from "../../app/appearance";
import { STATE_COLOURS } from "../../app/theme";
import { Moment } from "../../elements/Moment";
import { Loaded, useTold } from "../../elements/Problems";

const MEASURES: ReviewMeasure[] = ["talk", "training", "warning", "referral", "nothing"];

export function Course(props: { review: string; item: ReviewItem; onHandled: () => unknown }) {
  const { t } = useText();
  const { item } = props;
  const [isOpen, setOpen] = useState(false);
  const mayHandle = !item.is_own;
  return (
    <>
      <Button
        size="small"
        type={item.handling || !mayHandle ? "default" : "primary"}
        onClick={() => setOpen(true)}
      >
        {item.handling || !mayHandle ? t("ui.review.course") : t("ui.review.handle")}
      </Button>
      <Drawer
        open={isOpen}
        size={480}
        title={t("ui.review.course")}
        destroyOnHidden
        onClose={() => setOpen(false)}
      >
        <Told {...props} />
      </Drawer>
    </>
  );
}

function Told(props: { review: string; item: ReviewItem; onHandled: () => unknown }) {
  const { review, item } = props;
  const asked = useQuery({
    queryKey: ["archive", "reviews", review, "course", item.number],
    queryFn: () => reviews.course(review, item.number),
  });
  return (
    <Loaded of={asked} lines={6}>
      {(course) => <Way of={course} onHandled={props.onHandled} />}
    </Loaded>
  );
}

function Way(props: { of: ReviewCourse; onHandled: () => unknown }) {
  const { t } = useText();
  const { review, item, members } = props.of;
  return (
    <Timeline
      items={[
        {
          key: "rule",
          content: (
            <Step name={t("ui.review.course.rule")}>
              <div>{review.purpose || review.name}</div>
              <div className="soft small">
                {t("ui.review.course.rule.told", {
                  name: review.name,
                  first: review.first_day,
                  last: review.last_day,
                  population: review.population,
                })}
              </div>
            </Step>
          ),
        },
        {
          key: "found",
          color: STATE_COLOURS.refused,
          content: (
            <Step name={t("ui.review.course.found")}>
              <div>{item.category && t(`review.category.${item.category}`)}</div>
              {item.note && <div className="course-note">{item.note}</div>}
              <By who={item.reviewer} at={item.closed_at} />
            </Step>
          ),
        },
        {
          key: "handled",
          color: item.handling ? STATE_COLOURS.taken_over : "gray",
          content: (
            <Step name={t("ui.review.course.handled")}>
              <Handling review={review.id} item={item} onHandled={props.onHandled} />
            </Step>
          ),
        },
        {
          key: "since",
          color: "gray",
          content: (
            <Step name={t("ui.review.course.since")}>
              <p className="soft small">{t("ui.review.course.since.told")}</p>
              {members.map((member) => (
                <Member key={member.userid} of={member} isHandled={item.handling !== null} />
              ))}
            </Step>
          ),
        },
      ]}
    />
  );
}

function Step(props: { name: string; children: ReactNode }) {
  return (
    <>
      <h3 className="course-step">{props.name}</h3>
      {props.children}
    </>
  );
}

function By(props: { who: string | null; at: number | null }) {
  const { t } = useText();
  const who = props.who === "operator" ? t("ui.actor.operator") : props.who;
  return (
    <div className="soft small">
      {who}
      {props.at !== null && (
        <>
          {" · "}
          <Moment at={props.at} exact />
        </>
      )}
    </div>
  );
}

function Handling(props: { review: string; item: ReviewItem; onHandled: () => unknown }) {
  const { t } = useText();
  const { item, review } = props;
  const { handling } = item;
  const told = useTold();
  const [isChanging, setChanging] = useState(false);
  const queries = useQueryClient();
  const handle = useMutation({
    mutationFn: (body: ReviewHandlingInput) => reviews.handle(review, item.number, body),
    onSuccess: (changed) => {
      setChanging(false);
      queries.setQueryData(["archive", "reviews", review, "item", item.number], changed);
      return Promise.all([
        queries.invalidateQueries({ queryKey: ["archive", "reviews", review, "course"] }),
        props.onHandled(),
      ]);
    },
  });
  if (handling && !isChanging) {
    return (
      <>
        <div>{t(`review.measure.${handling.measure}`)}</div>
        {handling.note && <div className="course-note">{handling.note}</div>}
        <By who={handling.by} at={handling.at} />
        {!item.is_own && (
          <Button
            size="small"
            type="link"
            className="course-change"
            onClick={() => setChanging(true)}
          >
            {t("ui.review.handle.again")}
          </Button>
        )}
      </>
    );
  }
  if (item.is_own) return <span className="soft">{t("ui.review.course.unhandled")}</span>;
  return (
    <Form<{ measure: ReviewMeasure; note?: string }>
      layout="vertical"
      requiredMark={false}
      initialValues={{ measure: handling?.measure, note: handling?.note }}
      onFinish={(typed) =>
        handle.mutate({ measure: typed.measure, note: typed.note?.trim() ?? "" })
      }
    >
      {handle.error && (
        <Alert type="error" showIcon title={told(handle.error)} style={{ marginBottom: 16 }} />
      )}
      <Form.Item
        name="measure"
        label={t("ui.review.measure")}
        rules={[{ required: true, message: t("ui.review.measure.missing") }]}
      >
        <Select
          options={MEASURES.map((value) => ({ value, label: t(`review.measure.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="note" label={t("ui.review.note")} extra={t("ui.review.note.told")}>
        <Input.TextArea maxLength={500} showCount autoSize={{ minRows: 2 }} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={handle.isPending}>
        {t("ui.review.handle")}
      </Button>
    </Form>
  );
}

function Member(props: { of: ReviewMemberCourse; isHandled: boolean }) {
  const { t } = useText();
  const { of: member } = props;
  const name = member.name || member.userid;
  const before = t("ui.review.course.before.short");
  const since = t("ui.review.course.since.short");
  const bar = (days: ReviewMemberCourse["since"], when: string, colour = "gray") => (
    <Progress
      aria-label={`${name} ${when}`}
      size="small"
      status="normal"
      strokeColor={colour}
      percent={days.reviewed > 0 ? (days.again / days.reviewed) * 100 : 0}
      format={() =>
        days.reviewed > 0
          ? t("ui.review.course.of", { again: days.again, reviewed: days.reviewed })
          : t("ui.review.course.none")
      }
    />
  );
  return (
    <dl className="course-member">
      <dt>{name}</dt>
      <dd>
        <span className="soft small">{before}</span>
        {bar(member.before, before, STATE_COLOURS.refused)}
      </dd>
      {props.isHandled && (
        <dd>
          <span className="soft small">{since}</span>
          {bar(member.since, since, STATE_COLOURS.taken_over)}
        </dd>
      )}
    </dl>
  );
}
