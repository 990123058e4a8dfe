/** One customer: who serves it now, who did before, and everything that happened. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { customers } from "../api/calls";
import type { CustomerDetail } from "../api/contract";
import { useText } from "../app/appearance";
import { LinkButton } from "../elements/LinkButton";
import { Moment } from "../elements/Moment";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, Nothing } from "../elements/Problems";
import { StateMark } from "../elements/StateMark";
import { useMay } from "../session/session";
import { CustomerTimeline } from "./CustomerTimeline";
import { Relations } from "./Relations";
import { StandingMark } from "./standing";

const route = getRouteApi("/customers/$id");

export function CustomerPage() {
  return (
    <Needs act="customer.view">
      <One />
    </Needs>
  );
}

function One() {
  const { t } = useText();
  const { id } = route.useParams();
  const mayRead = useMay("archive.read");
  const asked = useQuery({
    queryKey: ["customers", "one", id],
    queryFn: () => customers.get(id),
  });
  const title = asked.data ? asked.data.name || id : t("ui.loading");
  return (
    <PageFrame
      title={title}
      told={asked.data && <Told customer={asked.data} />}
      action={
        mayRead && (
          <LinkButton to="/archive/conversations" search={{ person: id, side: "customer" }}>
            {t("ui.menu.conversations")}
          </LinkButton>
        )
      }
      crumbs={[
        { title: t("ui.menu.customer") },
        { title: t("ui.menu.customers"), to: "/customers" },
        { title },
      ]}
    >
      <Loaded of={asked}>
        {(customer) => (
          <div className="stack">
            <Relations relations={customer.relations} />
            <div className="wide-narrow">
              <CustomerTimeline id={id} />
              <div className="stack">
                <Handovers customer={customer} />
                <Groups customer={customer} />
              </div>
            </div>
          </div>
        )}
      </Loaded>
    </PageFrame>
  );
}

function Told(props: { customer: CustomerDetail }) {
  const { customer } = props;
  const work = [customer.corp_name, customer.position].filter(Boolean).join(" · ");
  return (
    <span className="row small" style={{ gap: 16 }}>
      <StandingMark state={customer.state} />
      {work && <span>{work}</span>}
      <span className="mono soft">{customer.external_userid}</span>
    </span>
  );
}

function Handovers(props: { customer: CustomerDetail }) {
  const { t } = useText();
  const rows = props.customer.handovers;
  return (
    <section className="card">
      <h2>{t("ui.customer.handovers")}</h2>
      {rows.length === 0 ? (
        <Nothing told={t("ui.customer.handovers.empty")} />
      ) : (
        <ul className="todo">
          {rows.map((row) => (
            <li key={`${row.handover} ${row.row_no}`}>
              <div className="what">
                <strong>
                  {row.leaver.name || row.leaver.userid} →{" "}
                  {row.successor ? row.successor.name || row.successor.userid : "–"}
                </strong>
                <span className="soft small">
                  <StateMark state={row.state} /> · <Moment at={row.ended_at ?? row.created_at} />
                </span>
                {row.note && <div className="small">{row.note}</div>}
              </div>
              <Link
                to="/handovers/$id"
                params={{ id: row.handover }}
                search={{ row: row.row_no }}
                aria-label={t("ui.customer.handovers.open", {
                  name: row.leaver.name || row.leaver.userid,
                })}
              >
                {t("ui.open")}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Groups(props: { customer: CustomerDetail }) {
  const { t } = useText();
  const { groups } = props.customer;
  return (
    <section className="card">
      <h2>{t("ui.customer.groups")}</h2>
      {groups.length === 0 ? (
        <Nothing told={t("ui.customer.groups.empty")} />
      ) : (
        <ul className="todo">
          {groups.map((group) => (
            <li key={group.chat_id}>
              <div className="what">
                <strong>{group.name || group.chat_id}</strong>
                <span className="soft small">
                  {t("ui.customer.groups.owner", { name: group.owner.name || group.owner.userid })}
                  {" · "}
                  <Moment at={group.joined_at} />
                </span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
