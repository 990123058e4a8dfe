/** What needs me now. */

import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { overview } from "../api/calls";
import type { Figure, Overview, Todo } from "../api/contract";
import { useText } from "../app/appearance";
import { LinkButton } from "../elements/LinkButton";
import { Moment } from "../elements/Moment";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, Nothing } from "../elements/Problems";
import { Sparkline } from "../elements/Sparkline";
import { HandoverLine } from "../handover/HandoverLine";
import { MyPage } from "../my/MyPage";
import { useMay, useSession } from "../session/session";

export function TodayPage() {
  const { permissions } = useSession();
  if (!permissions.includes("overview.view") && permissions.includes("my.view")) return <MyPage />;
  return (
    <Needs act="overview.view">
      <Today />
    </Needs>
  );
}

function Today() {
  const { t } = useText();
  const { account } = useSession();
  const mayPlan = useMay("handover.plan");
  const asked = useQuery({ queryKey: ["overview"], queryFn: overview, refetchInterval: 15_000 });
  return (
    <PageFrame
      title={t("ui.today.title", { name: account.name || account.login })}
      name={t("ui.menu.today")}
      told={t("ui.today.told")}
      action={
        mayPlan && (
          <LinkButton to="/handovers/new" search={{}} look="primary" icon={<PlusOutlined />}>
            {t("ui.handover.new")}
          </LinkButton>
        )
      }
    >
      <Loaded of={asked}>
        {(data) => (
          <div className="stack">
            <Figures figures={data.figures} />
            <div className="with-side">
              <div className="stack">
                <TodoList todo={data.todo} />
                <Running running={data.running} />
              </div>
              <aside>
                <SyncState overview={data} />
              </aside>
            </div>
          </div>
        )}
      </Loaded>
    </PageFrame>
  );
}

function Figures(props: { figures: Figure[] }) {
  const { find, number } = useText();
  return (
    <div className="grid-4">
      {props.figures.map((figure) => (
        <section className="card figure" key={figure.key}>
          <h2>{find(`ui.figure.${figure.key}`) ?? figure.key}</h2>
          <div className="line">
            <b>{number(figure.value)}</b>
            <Sparkline values={figure.series.map((point) => point.value)} />
          </div>
        </section>
      ))}
    </div>
  );
}

const PAGES: Record<Todo["kind"], string> = {
  leaver_waiting: "/leavers",
  contact_ways: "/contact-ways",
  approvals: "/approvals",
  orphans: "/orphans",
  refusals: "/handovers",
  row_failed: "/handovers",
  doctor: "/settings/wecom",
  connect: "/settings/wecom",
  first_sync: "/settings/sync",
  sync_stale: "/settings/sync",
  first_contact: "/first-contacts",
  cases: "/cases",
  archive_urgent: "/archive",
  archive_losing: "/archive",
  archive_refused: "/archive",
  archive_files: "/archive",
  archive_parked: "/archive",
  archive_not_begun: "/archive",
  archive_gap: "/archive",
  archive_behind: "/archive",
  archive_unopened: "/archive",
};

/** The server's own link when the console has such a page. */
function pageFor(todo: Todo): { to: string; search: Record<string, string> } {
  const known =
    /^\/(leavers|handovers|approvals|orphans|cases|contact-ways|first-contacts|settings\/|trust\/|my)/.test(
      todo.link,
    );
  const [to = "/", query = ""] = (known ? todo.link : PAGES[todo.kind]).split("?");
  return { to, search: Object.fromEntries(new URLSearchParams(query)) };
}

function TodoList(props: { todo: Todo[] }) {
  const { t, find } = useText();
  return (
    <section className="card">
      <h2>{t("ui.today.todo")}</h2>
      {props.todo.length === 0 ? (
        <Nothing told={t("ui.today.todo.empty")} />
      ) : (
        <ul className="todo">
          {props.todo.map((todo) => {
            const values = { ...todo.title_params, count: todo.count };
            return (
              <li key={`${todo.kind} ${todo.link}`}>
                <div className="what">
                  <strong>{find(`ui.todo.${todo.kind}`, values) ?? todo.kind}</strong>
                  <span className="soft small">{find(`ui.todo.${todo.kind}.why`, values)}</span>
                </div>
                <Link {...pageFor(todo)}>{find(`ui.todo.${todo.kind}.go`) ?? t("ui.open")}</Link>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function Running(props: { running: Overview["running"] }) {
  const { t } = useText();
  return (
    <section className="card">
      <h2>{t("ui.today.running")}</h2>
      {props.running.length === 0 ? (
        <Nothing told={t("ui.today.running.empty")} />
      ) : (
        <div className="stack">
          {props.running.map((handover) => (
            <HandoverLine key={handover.id} handover={handover} />
          ))}
        </div>
      )}
    </section>
  );
}

function SyncState(props: { overview: Overview }) {
  const { t, number } = useText();
  const { sync, connected } = props.overview;
  const maySync = useMay("sync.view");
  return (
    <section className="card">
      <h2>{t("ui.today.sync")}</h2>
      <dl className="facts sums">
        <dt>{t("ui.today.connected")}</dt>
        <dd>{t(connected ? "ui.yes" : "ui.no")}</dd>
        <dt>{t("ui.today.sync.last")}</dt>
        <dd>
          <Moment at={sync.last_finished_at} />
        </dd>
        <dt>{t("ui.today.sync.repaired")}</dt>
        <dd>{number(sync.repaired_last)}</dd>
        <dt>{t("ui.today.sync.running")}</dt>
        <dd>{t(sync.running ? "ui.yes" : "ui.no")}</dd>
      </dl>
      {maySync && (
        <p style={{ margin: "12px 0 0" }}>
          <Link to="/settings/sync">{t("ui.today.sync.go")}</Link>
        </p>
      )}
    </section>
  );
}
