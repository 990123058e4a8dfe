/** What is happening, what happened, and how do we know. */

import { getRouteApi, Navigate } from "@tanstack/react-router";
import { Alert, Segmented } from "antd";
import type { Handover } from "../../api/contract";
import { useText } from "../../app/appearance";
import { STATE_COLOURS } from "../../app/theme";
import { Moment } from "../../elements/Moment";
import { PageFrame } from "../../elements/PageFrame";
import { Loaded, Needs } from "../../elements/Problems";
import { Mark, StateMark } from "../../elements/StateMark";
import { useMay } from "../../session/session";
import { ApprovalPanel } from "../approvals/ApprovalPanel";
import { begun, ended, shares, toDecide } from "../counts";
import { useGrant } from "../grant";
import { StateBar } from "../StateBar";
import { WaysResult } from "../ways/WaysResult";
import { BySuccessor } from "./BySuccessor";
import { Decide } from "./Decide";
import { CancelButton, ExportButton } from "./HandoverActs";
import { isOver, useLiveHandover } from "./live";
import { Outcome } from "./Outcome";
import { RecordOfHandover } from "./Record";
import { RowDrawer } from "./RowDrawer";
import { Rows } from "./Rows";
import { UndoButton } from "./UndoButton";

const route = getRouteApi("/handovers/$id");

export function ProgressPage() {
  return (
    <Needs act="handover.view">
      <Followed />
    </Needs>
  );
}

function Followed() {
  const { t } = useText();
  const { id } = route.useParams();
  const { asked, live } = useLiveHandover(id);
  const handover = asked.data;
  const mayExport = useMay("handover.export");
  const mayExecute = useMay("handover.execute");
  const mayPlan = useMay("handover.plan");
  if (handover?.state === "draft") {
    const search = { draft: id, leaver: handover.leaver, step: 4 };
    return <Navigate to="/handovers/new" search={search} replace />;
  }
  const name = handover ? handover.leaver_name || handover.leaver : "";
  const title = handover ? t("ui.handover.of", { leaver: name }) : t("ui.loading");
  return (
    <PageFrame
      title={title}
      told={handover && <Told handover={handover} live={live} />}
      crumbs={[
        { title: t("ui.menu.handover") },
        { title: t("ui.menu.handovers"), to: "/handovers" },
        { title },
      ]}
      action={
        handover && (
          <>
            {mayExport && <ExportButton handover={handover} />}
            {mayPlan && isOver(handover) && <UndoButton handover={handover} />}
            {mayExecute && !isOver(handover) && <CancelButton handover={handover} />}
          </>
        )
      }
    >
      <Loaded of={asked}>{(data) => <Content handover={data} />}</Loaded>
    </PageFrame>
  );
}

function Told(props: { handover: Handover; live: boolean }) {
  const { t } = useText();
  const { handover, live } = props;
  return (
    <span className="row small" style={{ gap: 16 }}>
      <StateMark of="handover" state={handover.state} />
      <span>{t(`ui.kind.${handover.kind}`)}</span>
      <span>
        {t("ui.progress.started")} <Moment at={handover.started_at} />
      </span>
      {handover.finished_at && (
        <span>
          {t("ui.progress.finished")} <Moment at={handover.finished_at} />
        </span>
      )}
      {!isOver(handover) && handover.next_poll_at && (
        <span>
          {t("ui.progress.next_look")} <Moment planned at={handover.next_poll_at} />
        </span>
      )}
      {live && <Mark colour={STATE_COLOURS.taken_over} word={t("ui.progress.live")} />}
    </span>
  );
}

function Content(props: { handover: Handover }) {
  const { t } = useText();
  const grant = useGrant();
  const { handover } = props;
  const { counts } = handover;
  return (
    <div className="stack">
      {toDecide(counts) > 0 && <Decide handover={handover} />}
      <section className="card">
        <h2>{t("ui.handover.ended_of", { done: ended(counts), total: begun(counts) })}</h2>
        <StateBar counts={counts} />
        <Legend handover={handover} />
        <p className="soft small" style={{ margin: "8px 0 0" }}>
          {t("ui.grant.told", { what: grant(handover.request) })}
        </p>
        {counts.waiting > 0 && (
          <p className="soft small" style={{ margin: "8px 0 0" }}>
            {t("ui.progress.waiting.told")}
          </p>
        )}
      </section>
      {counts.awaiting_approval > 0 && <ApprovalPanel handover={handover.id} />}
      <Flags handover={handover} />
      <WaysResult handover={handover} />
      <Tabs handover={handover} />
      <div className="wide-narrow wider">
        <BySuccessor handover={handover} />
        <Outcome counts={counts} />
      </div>
      <RowDrawer handover={handover} />
    </div>
  );
}

function Tabs(props: { handover: Handover }) {
  const { t } = useText();
  const tab = route.useSearch().tab === "record" ? "record" : "rows";
  const navigate = route.useNavigate();
  return (
    <>
      <Segmented<string>
        aria-label={t("ui.progress.tabs")}
        style={{ alignSelf: "start" }}
        value={tab}
        options={(["rows", "record"] as const).map((value) => ({
          value,
          label: t(`ui.progress.tab.${value}`),
        }))}
        onChange={(value) =>
          void navigate({
            replace: true,
            resetScroll: false,
            search: (old) => ({ ...old, tab: value === "record" ? value : undefined }),
          })
        }
      />
      {tab === "record" ? (
        <RecordOfHandover handover={props.handover} />
      ) : (
        <Rows handover={props.handover} />
      )}
    </>
  );
}

/** The parts of the bar in words; each is a filter of the rows below. */
function Legend(props: { handover: Handover }) {
  const { t, find, number } = useText();
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <fieldset className="legend" aria-label={t("ui.progress.filter_state")}>
      {shares(props.handover.counts).map((part) => (
        <button
          key={part.state}
          type="button"
          className="choice chip"
          aria-pressed={state === part.state}
          onClick={() =>
            void navigate({
              replace: true,
              resetScroll: false,
              search: (old) => ({
                ...old,
                state: state === part.state ? undefined : part.state,
              }),
            })
          }
        >
          <Mark
            colour={STATE_COLOURS[part.state]}
            word={find(`state.${part.state}`) ?? part.state}
          />{" "}
          <b>{number(part.count)}</b>
        </button>
      ))}
    </fieldset>
  );
}

function Flags(props: { handover: Handover }) {
  const { find } = useText();
  const flags = props.handover.flags ?? [];
  return flags.map((flag) => (
    <Alert
      key={flag.code}
      type="info"
      showIcon
      title={find(`flag.${flag.code}`, { count: flag.count }) ?? `${flag.code}: ${flag.count}`}
    />
  ));
}
