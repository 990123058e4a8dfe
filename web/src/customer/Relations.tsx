/** Who served a customer and when: a bar for each relation, with what each had noted. */

import { Tag } from "antd";
import type { Relation } from "../api/contract";
import { useText } from "../app/appearance";
import { STATE_COLOURS } from "../app/theme";
import { useNow } from "../elements/Moment";
import { Nothing } from "../elements/Problems";
import { placed } from "./bars";

export function Relations(props: { relations: Relation[] }) {
  const { t, find, day } = useText();
  const now = useNow();
  const { relations } = props;
  if (relations.length === 0) {
    return (
      <section className="card">
        <h2>{t("ui.customer.relations")}</h2>
        <Nothing told={t("ui.customer.relations.empty")} />
      </section>
    );
  }
  const endOf = (one: Relation) => one.ended_at ?? one.left_at;
  const bars = placed(
    relations.map((one) => ({ added_at: one.added_at, ended_at: endOf(one) })),
    now,
  );
  return (
    <section className="card">
      <h2>{t("ui.customer.relations")}</h2>
      <ul className="relations">
        {relations.map((one, index) => {
          const bar = bars[index];
          const end = endOf(one);
          const until = end ? day(end) : t("ui.customer.today");
          return (
            <li key={one.member.userid}>
              <div className="relation-head">
                <strong>{one.member.name || one.member.userid}</strong>
                <span className="soft small">
                  {day(one.added_at)} – {until}
                  {one.end_reason &&
                    ` · ${find(`ui.end_reason.${one.end_reason}`) ?? one.end_reason}`}
                  {one.left_at && ` · ${t("ui.customer.left")}`}
                </span>
              </div>
              <div className="relation-lane" aria-hidden>
                <i
                  style={{
                    insetInlineStart: `${bar?.start ?? 0}%`,
                    width: `${bar?.width ?? 0}%`,
                    background: end ? STATE_COLOURS.cancelled : STATE_COLOURS.taken_over,
                  }}
                />
              </div>
              <Noted relation={one} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Noted(props: { relation: Relation }) {
  const { relation } = props;
  const texts = [relation.remark, relation.remark_company, relation.description].filter(Boolean);
  const tags = [...relation.tags.map((tag) => tag.name), ...relation.personal_tags].filter(Boolean);
  if (texts.length + tags.length === 0) return null;
  return (
    <div className="small">
      {texts.join(" · ")}{" "}
      {tags.map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
    </div>
  );
}
