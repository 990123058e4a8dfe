/** One row: where it stands, what to do, and how do we know. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Alert, Drawer, Timeline } from "antd";
import { handovers } from "../../api/calls";
import type { Handover, RowDetail, Step } from "../../api/contract";
import { useText } from "../../app/appearance";
import { CustomerLink } from "../../customer/CustomerLink";
import { Moment } from "../../elements/Moment";
import { Loaded } from "../../elements/Problems";
import { StateMark } from "../../elements/StateMark";
import { useTagNames } from "../../elements/TagSelect";
import { useMay } from "../../session/session";
import { ReasonTold } from "../Reason";
import { useMemberNames } from "../rules/RulesTold";
import { RowNote } from "./NoteForm";
import { RetryRow } from "./RetryForm";
import { Why } from "./Rows";

const route = getRouteApi("/handovers/$id");
const RETRYABLE = new Set(["refused", "full", "failed", "no_relation"]);

export function RowDrawer(props: { handover: Handover }) {
  const { t } = useText();
  const { row } = route.useSearch();
  const navigate = route.useNavigate();
  const { id } = props.handover;
  const asked = useQuery({
    queryKey: ["handovers", "rows", id, "one", row],
    queryFn: () => handovers.row(id, row ?? 0),
    enabled: row !== undefined,
  });
  const close = () =>
    void navigate({
      replace: true,
      resetScroll: false,
      search: (old) => ({ ...old, row: undefined }),
    });
  const name = asked.data?.name || asked.data?.subject_id;
  return (
    <Drawer
      open={row !== undefined}
      size={520}
      onClose={close}
      title={name ?? t("ui.loading")}
      styles={{ wrapper: { maxWidth: "100vw" } }}
    >
      {row !== undefined && (
        <Loaded of={asked}>{(data) => <Told row={data} handover={props.handover} />}</Loaded>
      )}
    </Drawer>
  );
}

function Told(props: { row: RowDetail; handover: Handover }) {
  const { t, find } = useText();
  const detail = useDetailTold();
  const { row, handover } = props;
  const mayExecute = useMay("handover.execute");
  const mayPlan = useMay("handover.plan");
  return (
    <div className="stack">
      <dl className="facts" style={{ margin: 0 }}>
        <dt>{t("ui.handover.state")}</dt>
        <dd>
          <StateMark state={row.state} />
        </dd>
        <dt>{t("ui.row.why")}</dt>
        <dd>
          <Why row={row} />
        </dd>
        <dt>{t("ui.row.kind")}</dt>
        <dd>{t(`ui.subject.${row.subject_kind}`)}</dd>
        <dt>{t("ui.handover.successor")}</dt>
        <dd>{row.successor_name || row.successor || "–"}</dd>
        <dt>{t("ui.row.reason")}</dt>
        <dd>
          <ReasonTold row={row} />
        </dd>
        <dt>{t("ui.row.prediction")}</dt>
        <dd>{find(`prediction.${row.prediction}`) ?? row.prediction}</dd>
        <dt>{t("ui.row.started")}</dt>
        <dd>
          <Moment exact at={row.started_at} />
        </dd>
        <dt>{t("ui.row.ended")}</dt>
        <dd>
          <Moment exact at={row.ended_at} />
        </dd>
        <dt>{t("ui.row.carry")}</dt>
        <dd>
          {find(`carry.${row.carry}`) ?? row.carry}
          {hasDetail(row.carry_detail) && <span className="soft"> {detail(row.carry_detail)}</span>}
        </dd>
        <dt>{t("ui.row.id")}</dt>
        <dd className="mono">
          {row.subject_kind === "customer" ? (
            <CustomerLink id={row.subject_id} name={row.subject_id} />
          ) : (
            row.subject_id
          )}
        </dd>
        {!mayPlan && row.note && (
          <>
            <dt>{t("ui.note.title")}</dt>
            <dd>{row.note}</dd>
          </>
        )}
      </dl>
      {row.errcode !== null && row.errcode !== undefined && row.errcode !== 0 && (
        <Alert
          type="warning"
          showIcon
          title={`${find(`errcode.${row.errcode}`) ?? row.error_text ?? ""} (${row.errcode})`}
          description={find(`errcode.${row.errcode}.fix`)}
        />
      )}
      {mayExecute && RETRYABLE.has(row.state) && handover.state !== "cancelled" && (
        <section>
          <h3 style={{ fontSize: 15, margin: "0 0 8px" }}>{t("ui.retry.title")}</h3>
          <RetryRow key={row.state} handover={handover} row={row} />
        </section>
      )}
      {mayPlan && <RowNote key={row.note} handover={handover} row={row} />}
      <section>
        <h3 style={{ fontSize: 15, margin: "0 0 12px" }}>{t("ui.row.how_known")}</h3>
        <Steps steps={row.steps} />
      </section>
    </div>
  );
}

function Steps(props: { steps: Step[] }) {
  const { find } = useText();
  const detail = useDetailTold();
  return (
    <Timeline
      items={props.steps.map((step) => ({
        key: `${step.at} ${step.step} ${step.outcome}`,
        content: (
          <>
            <div>
              <strong>{find(`ui.step.${step.step}`) ?? step.step}</strong>
              {step.outcome && (
                <span>
                  {" "}
                  ·{" "}
                  {find(`ui.outcome_word.${step.outcome}`) ??
                    find(`state.${step.outcome}`) ??
                    step.outcome}
                </span>
              )}
            </div>
            <div className="soft small">
              <Moment exact at={step.at} /> · {step.actor_name || actorOf(step.actor, find)}
            </div>
            {hasDetail(step.detail) && <div className="soft">{detail(step.detail)}</div>}
          </>
        ),
      }))}
    />
  );
}

/** Details that are a time, in seconds. */
const MOMENTS = new Set(["until", "not_before"]);

function actorOf(actor: string, find: (key: string) => string | undefined): string {
  return find(`ui.actor.${actor}`) ?? actor;
}

function hasDetail(detail: unknown): boolean {
  if (detail === null || detail === undefined || detail === "") return false;
  return typeof detail !== "object" || Object.keys(detail).length > 0;
}

/** A detail in words: what it is, and its value where it has one. */
function useDetailTold(): (detail: unknown) => string {
  const { t, find, exact } = useText();
  const tagName = useTagNames();
  const nameOf = useMemberNames();
  const join = (list: unknown[]) => list.map(String).join(t("ui.comma"));
  const shownAs = (name: string, value: unknown): string => {
    if (MOMENTS.has(name) && typeof value === "number") return exact(value);
    if (name === "errcode") return `${find(`errcode.${value}`) ?? ""} (${value})`.trim();
    if (name === "successor") return nameOf(String(value));
    if (name === "tags" && Array.isArray(value)) return join(value.map(tagName));
    if (Array.isArray(value)) return join(value);
    return typeof value === "object" && value !== null ? told(value) : String(value);
  };
  const told = (detail: object): string =>
    Object.entries(detail)
      .filter(([, value]) => isTold(value))
      .map(([name, value]) => `${find(`ui.detail.${name}`) ?? name}: ${shownAs(name, value)}`)
      .join(" · ");
  return (detail) =>
    typeof detail === "object" && detail !== null ? told(detail) : String(detail);
}

function isTold(value: unknown): boolean {
  return value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
}
