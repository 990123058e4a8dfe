/** Every contact code and acquisition link, and whom it leads to. */

import { getRouteApi, Link } from "@tanstack/react-router";
import { Input, Segmented } from "antd";
import { useEffect, useMemo, useState } from "react";
import { contactWays } from "../../api/calls";
import type { ContactWay, NamedMember } from "../../api/contract";
import { useText } from "../../app/appearance";
import type { Text } from "../../app/text";
import { useSettled } from "../../elements/MemberSelect";
import { Moment } from "../../elements/Moment";
import { type Column, PagedTable } from "../../elements/PagedTable";
import { PageFrame } from "../../elements/PageFrame";
import { Needs, Nothing } from "../../elements/Problems";
import { useMay } from "../../session/session";
import { kindOf, nameOf } from "./words";

const route = getRouteApi("/contact-ways");

export function ContactWaysPage() {
  return (
    <Needs act="contact_way.view">
      <ContactWays />
    </Needs>
  );
}

function ContactWays() {
  const text = useText();
  const { t } = text;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(search.q ?? "");
  const q = useSettled(typed);
  const left = search.left === "true";
  const mayLeavers = useMay("leaver.view");
  useEffect(() => {
    if (q !== (search.q ?? "")) {
      void navigate({ replace: true, search: (old) => ({ ...old, q: q || undefined }) });
    }
  }, [q, search.q, navigate]);
  const columns = useMemo(() => columnsOf(text, mayLeavers), [text, mayLeavers]);
  const nothing = left ? "ui.contact_ways.empty.left" : "ui.contact_ways.empty";
  return (
    <PageFrame
      title={t("ui.menu.contact_ways")}
      told={t("ui.contact_ways.told")}
      crumbs={[{ title: t("ui.menu.handover") }, { title: t("ui.menu.contact_ways") }]}
    >
      <div className="filters">
        <Segmented<string>
          aria-label={t("ui.contact_ways.filter")}
          value={left ? "left" : "all"}
          options={[
            { value: "all", label: t("ui.contact_ways.all") },
            { value: "left", label: t("ui.contact_ways.left") },
          ]}
          onChange={(value) =>
            void navigate({
              search: (old) => ({ ...old, left: value === "left" ? "true" : undefined }),
            })
          }
        />
        <Input.Search
          allowClear
          style={{ width: 260 }}
          maxLength={100}
          aria-label={t("ui.contact_ways.search")}
          placeholder={t("ui.contact_ways.search")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <PagedTable<ContactWay>
        label={t("ui.menu.contact_ways")}
        queryKey={["contact-ways", "list", q, left]}
        fetchPage={(cursor, signal) =>
          contactWays.list({ q, left: left || undefined, cursor, limit: 100 }, signal)
        }
        columns={columns}
        rowKey={(row) => `${row.kind} ${row.way_id}`}
        empty={<Nothing told={t(q ? "ui.table.no_match" : nothing)} />}
      />
    </PageFrame>
  );
}

function columnsOf(text: Text, mayLeavers: boolean): Column<ContactWay>[] {
  const { t } = text;
  return [
    {
      key: "name",
      title: t("ui.contact_ways.name"),
      width: 200,
      render: (row) => nameOf(row, text),
    },
    {
      key: "kind",
      title: t("ui.contact_ways.kind"),
      width: 130,
      render: (row) => kindOf(row, text),
    },
    {
      key: "channel",
      title: t("ui.contact_ways.channel"),
      width: 130,
      render: (row) => <span className="mono">{row.channel || "–"}</span>,
    },
    {
      key: "members",
      title: t("ui.contact_ways.members"),
      width: 420,
      render: (row) => <Leads way={row} linked={mayLeavers} />,
    },
    {
      key: "read",
      title: t("ui.contact_ways.read"),
      width: 120,
      render: (row) => <Moment at={row.read_at} />,
    },
  ];
}

/** Whom a way leads to; from who has left a link goes to where it is dealt with. */
function Leads(props: { way: ContactWay; linked: boolean }) {
  const { t } = useText();
  const { members, departments } = props.way;
  const said = (one: NamedMember) =>
    one.left ? t("ui.contact_ways.has_left", { name: one.name }) : one.name;
  return (
    <>
      {members.map((one, index) => (
        <span key={one.userid}>
          {index > 0 && t("ui.comma")}
          {one.left && props.linked ? (
            <Link
              to="/leavers/$userid"
              params={{ userid: one.userid }}
              search={{ tab: "contact_ways" }}
              style={{ textDecoration: "underline" }}
            >
              {said(one)}
            </Link>
          ) : (
            said(one)
          )}
        </span>
      ))}
      {departments.length > 0 && (
        <span>
          {members.length > 0 && t("ui.comma")}
          {departments.join(t("ui.comma"))}
        </span>
      )}
    </>
  );
}
