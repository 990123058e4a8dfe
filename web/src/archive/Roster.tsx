/** Who is archived, and who serves customers without being so. */

import { useQuery } from "@tanstack/react-query";
import { Alert, Table } from "antd";
import { archive } from "../api/calls";
import type { ArchiveRoster } from "../api/contract";
import { useText } from "../app/appearance";
import { Moment } from "../elements/Moment";
import { Loaded, Nothing } from "../elements/Problems";
import { Wide } from "../elements/Wide";

export function Roster() {
  const { t } = useText();
  const asked = useQuery({ queryKey: ["archive", "roster"], queryFn: archive.roster });
  return (
    <section className="card">
      <h2>{t("ui.archive.roster")}</h2>
      <p className="soft">{t("ui.archive.roster.told")}</p>
      <Loaded of={asked}>{(roster) => <Told roster={roster} />}</Loaded>
    </section>
  );
}

function Told(props: { roster: ArchiveRoster }) {
  const { t } = useText();
  const { asked_at, archived, refused, unarchived } = props.roster;
  return (
    <div className="stack">
      {refused !== null && <Refused code={refused} />}
      {asked_at === null ? (
        <Nothing told={t("ui.archive.roster.never")} />
      ) : (
        <>
          <div>
            {t("ui.archive.roster.archived", { count: archived })} ·{" "}
            <span className="soft">
              <Moment at={asked_at} />
            </span>
          </div>
          {unarchived === 0 ? (
            <Alert type="success" showIcon title={t("ui.archive.roster.whole")} />
          ) : (
            <Lacking roster={props.roster} />
          )}
        </>
      )}
    </div>
  );
}

function Refused(props: { code: number }) {
  const { t, find } = useText();
  const expired = props.code === 301052 ? find("archive.failure.archive_expired") : null;
  return (
    <Alert
      type="error"
      showIcon
      title={t("ui.archive.roster.refused")}
      description={
        <>
          {expired ??
            find(`errcode.${props.code}`) ??
            t("ui.archive.failure.number", { code: props.code })}{" "}
          <span className="mono">{props.code}</span>
        </>
      }
    />
  );
}

function Lacking(props: { roster: ArchiveRoster }) {
  const { t, number } = useText();
  const { first, unarchived } = props.roster;
  return (
    <>
      <Alert
        type="warning"
        showIcon
        title={t("ui.archive.roster.lacking", { count: unarchived })}
        description={t("ui.archive.roster.lacking.told")}
      />
      <Wide label={t("ui.archive.roster")}>
        <Table
          size="middle"
          pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
          rowKey="userid"
          dataSource={first}
          columns={[
            {
              title: t("ui.archive.roster.member"),
              render: (_, member) => (
                <>
                  {member.name || member.userid}{" "}
                  <small className="soft mono">{member.name && member.userid}</small>
                </>
              ),
            },
            {
              title: t("ui.archive.roster.customers"),
              width: 120,
              align: "right",
              render: (_, member) => number(member.customers),
            },
          ]}
        />
      </Wide>
      {unarchived > first.length && (
        <p className="soft">
          {t("ui.archive.roster.more", { count: number(unarchived - first.length) })}
        </p>
      )}
    </>
  );
}
