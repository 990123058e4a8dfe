import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal, Table } from "antd";
import { useState } from "react";
import { settings, team } from "../api/calls";
import type { Teammate } from "../api/contract";
import { useText } from "../app/appearance";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, Nothing, useTold } from "../elements/Problems";
import { Wide } from "../elements/Wide";
import { useMay } from "../session/session";
import { profilesOf } from "./csv";
import { PlanningForm } from "./PlanningForm";
import { ProfileForm } from "./ProfileForm";

/** Most customers one call takes. */
const BATCH = 1000;

export function TeamPage() {
  return (
    <Needs act="team.view">
      <Team />
    </Needs>
  );
}

function Team() {
  const { t } = useText();
  const asked = useQuery({ queryKey: ["team"], queryFn: team.list });
  const [planning, setPlanning] = useState(false);
  const mayPlan = useMay("settings.change");
  const mayImport = useMay("rule.manage");
  const known = useQuery({ queryKey: ["settings", "planning"], queryFn: settings.planning });
  return (
    <PageFrame
      title={t("ui.menu.team")}
      told={t("ui.team.told")}
      crumbs={[{ title: t("ui.menu.handover") }, { title: t("ui.menu.team") }]}
      action={
        <>
          {mayImport && <Import />}
          {mayPlan && (
            <Button onClick={() => setPlanning(true)} disabled={!known.data}>
              {t("ui.team.planning")}
            </Button>
          )}
        </>
      }
    >
      <section className="card">
        <Loaded of={asked}>
          {(found) =>
            found.items.length === 0 ? (
              <Nothing told={t("ui.team.empty")} />
            ) : (
              <List team={found.items} />
            )
          }
        </Loaded>
      </section>
      <Modal
        open={planning}
        title={t("ui.team.planning")}
        footer={null}
        destroyOnHidden
        onCancel={() => setPlanning(false)}
      >
        {known.data && <PlanningForm known={known.data} onDone={() => setPlanning(false)} />}
      </Modal>
    </PageFrame>
  );
}

function List(props: { team: Teammate[] }) {
  const { t, number } = useText();
  const mayManage = useMay("team.manage");
  const [q, setQ] = useState("");
  const [edited, setEdited] = useState<Teammate | null>(null);
  const wanted = q.trim().toLowerCase();
  const shown = props.team.filter((mate) =>
    [mate.name, mate.userid].some((text) => text.toLowerCase().includes(wanted)),
  );
  const words = (list: string[]) => list.join(t("ui.comma")) || "–";
  return (
    <>
      <div className="filters">
        <Input.Search
          allowClear
          style={{ width: 260 }}
          placeholder={t("ui.team.filter")}
          aria-label={t("ui.team.filter")}
          onChange={(event) => setQ(event.target.value)}
        />
      </div>
      <Wide label={t("ui.menu.team")}>
        <Table<Teammate>
          rowKey="userid"
          size="middle"
          dataSource={shown}
          pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
          columns={[
            {
              key: "name",
              title: t("ui.team.member"),
              render: (_, mate) =>
                mayManage ? (
                  <Button
                    type="link"
                    style={{ padding: 0 }}
                    aria-label={t("ui.team.edit", { name: mate.name || mate.userid })}
                    onClick={() => setEdited(mate)}
                  >
                    {mate.name || mate.userid}
                  </Button>
                ) : (
                  mate.name || mate.userid
                ),
            },
            {
              key: "load",
              title: t("ui.team.load"),
              align: "right",
              sorter: (a, b) => a.load - b.load,
              render: (_, mate) => number(mate.load),
            },
            {
              key: "room",
              title: t("ui.team.room"),
              align: "right",
              sorter: (a, b) => a.room - b.room,
              render: (_, mate) => number(mate.room),
            },
            {
              key: "skill",
              title: t("ui.team.skill"),
              align: "right",
              sorter: (a, b) => a.profile.skill - b.profile.skill,
              render: (_, mate) => mate.profile.skill || "–",
            },
            {
              key: "weight",
              title: t("ui.team.weight"),
              align: "right",
              render: (_, mate) => mate.profile.weight,
            },
            {
              key: "regions",
              title: t("ui.team.regions"),
              render: (_, mate) => words(mate.profile.regions),
            },
            {
              key: "business",
              title: t("ui.team.business"),
              render: (_, mate) => words(mate.profile.business),
            },
            {
              key: "languages",
              title: t("ui.team.languages"),
              render: (_, mate) => words(mate.profile.languages),
            },
            {
              key: "away",
              title: t("ui.team.away"),
              render: (_, mate) => (mate.profile.away ? t("ui.yes") : "–"),
            },
          ]}
        />
      </Wide>
      <Modal
        open={edited !== null}
        title={edited && t("ui.team.edit", { name: edited.name || edited.userid })}
        footer={null}
        destroyOnHidden
        onCancel={() => setEdited(null)}
      >
        {edited && <ProfileForm mate={edited} onDone={() => setEdited(null)} />}
      </Modal>
    </>
  );
}

/** Customer data from a file, in as many calls as it takes. */
function Import() {
  const { t } = useText();
  const told = useTold();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const run = useMutation({
    mutationFn: async (file: File) => {
      const profiles = profilesOf(await file.text());
      if (!Array.isArray(profiles)) {
        const why =
          profiles.what === "no_id"
            ? t("ui.team.import.no_id")
            : t("ui.team.import.bad", { line: profiles.line });
        void message.error(why);
        return;
      }
      for (let at = 0; at < profiles.length; at += BATCH) {
        await team.customers(profiles.slice(at, at + BATCH));
      }
      void message.success(t("ui.team.import.done", { count: profiles.length }));
      await queries.invalidateQueries({ queryKey: ["handovers"] });
    },
    onError: (error) => void message.error(told(error)),
  });
  const ask = () => {
    const shown = modal.info({
      title: t("ui.team.import"),
      icon: null,
      closable: true,
      okText: t("ui.close"),
      content: (
        <div className="stack">
          <p style={{ margin: 0 }}>{t("ui.team.import.told")}</p>
          <input
            type="file"
            accept=".csv,text/csv"
            aria-label={t("ui.team.import.choose")}
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (!file) return;
              shown.destroy();
              run.mutate(file);
            }}
          />
        </div>
      ),
    });
  };
  return (
    <Button onClick={ask} loading={run.isPending}>
      {t("ui.team.import")}
    </Button>
  );
}
