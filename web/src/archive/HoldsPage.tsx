/** Holds: what must not be deleted while somebody needs it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Descriptions, Form, Input, Modal, Table, Tag } from "antd";
import { useState } from "react";
import { archive } from "../api/calls";
import type { ArchiveHold } from "../api/contract";
import { useText } from "../app/appearance";
import { Moment } from "../elements/Moment";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, Nothing, useTold } from "../elements/Problems";
import { Wide } from "../elements/Wide";
import { useMay } from "../session/session";
import { SubjectTold } from "./Subject";
import { SubjectDialog } from "./SubjectDialog";
import { Who } from "./Who";

const KEY = ["archive", "holds"];

export function HoldsPage() {
  return (
    <Needs act="archive.keeping">
      <Holds />
    </Needs>
  );
}

function Holds() {
  const { t } = useText();
  const mayManage = useMay("archive.manage");
  const [placing, setPlacing] = useState(false);
  const asked = useQuery({ queryKey: KEY, queryFn: archive.holds });
  return (
    <PageFrame
      title={t("ui.menu.archive_holds")}
      told={t("ui.archive.holds.told")}
      crumbs={[{ title: t("ui.menu.archive") }, { title: t("ui.menu.archive_holds") }]}
      action={
        mayManage && (
          <Button type="primary" onClick={() => setPlacing(true)}>
            {t("ui.archive.hold.place")}
          </Button>
        )
      }
    >
      <section className="card">
        <Loaded of={asked} lines={3}>
          {(page) =>
            page.items.length === 0 ? (
              <Nothing told={t("ui.archive.holds.none")} />
            ) : (
              <List items={page.items} mayManage={mayManage} />
            )
          }
        </Loaded>
      </section>
      <SubjectDialog
        open={placing}
        onClose={() => setPlacing(false)}
        title={t("ui.archive.hold.place")}
        kinds={["person", "conversation", "corp"]}
        about={() => (
          <Alert
            type="info"
            showIcon
            title={t("ui.archive.hold.place.told")}
            style={{ marginBottom: 16 }}
          />
        )}
        confirm={t("ui.archive.hold.place")}
        send={archive.placeHold}
      />
    </PageFrame>
  );
}

function List(props: { items: ArchiveHold[]; mayManage: boolean }) {
  const { t } = useText();
  return (
    <Wide label={t("ui.menu.archive_holds")}>
      <Table<ArchiveHold>
        size="middle"
        pagination={false}
        rowKey="id"
        dataSource={props.items}
        columns={[
          {
            title: t("ui.archive.subject"),
            render: (_, hold) => <SubjectTold of={hold.subject} />,
          },
          { title: t("ui.archive.why"), dataIndex: "reason" },
          {
            title: t("ui.archive.hold.placed"),
            width: 140,
            render: (_, hold) => (
              <By who={hold.placed_by} name={hold.placed_by_name} at={hold.placed_at} />
            ),
          },
          {
            title: t("ui.archive.hold.state"),
            width: 100,
            render: (_, hold) =>
              hold.lifted_at === null ? (
                <Tag color="warning">{t("ui.archive.hold.stands")}</Tag>
              ) : (
                <span className="soft">{t("ui.archive.hold.lifted")}</span>
              ),
          },
          {
            title: t("ui.archive.hold.lifted.by"),
            width: 140,
            render: (_, hold) => (
              <By who={hold.lifted_by} name={hold.lifted_by_name} at={hold.lifted_at} />
            ),
          },
          ...(props.mayManage
            ? [
                {
                  title: t("ui.act"),
                  width: 100,
                  render: (_: unknown, hold: ArchiveHold) =>
                    hold.lifted_at === null && <Lift of={hold} />,
                },
              ]
            : []),
        ]}
      />
    </Wide>
  );
}

function By(props: { who: string | null; name: string | null; at: number | null }) {
  if (props.who === null) return <span className="soft">–</span>;
  return (
    <>
      <Who of={props.who} name={props.name} />
      <div className="soft small">
        <Moment at={props.at} />
      </div>
    </>
  );
}

/** What the hold is about and how much that is now. */
function Held(props: { of: ArchiveHold }) {
  const { t } = useText();
  const { id, subject, reason } = props.of;
  const covered = useQuery({
    queryKey: [...KEY, id, "covered"],
    queryFn: () => archive.previewErasure(subject),
    enabled: subject.of !== "corp",
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const lines = [
    [
      t("ui.archive.subject"),
      <div key="subject">
        <SubjectTold of={subject} />
      </div>,
    ],
    [t("ui.archive.why"), reason],
    ...(covered.data
      ? [
          [
            t("ui.archive.hold.covers"),
            t("ui.archive.hold.covers.messages", { count: covered.data.messages }),
          ],
        ]
      : []),
  ];
  return (
    <Descriptions
      size="small"
      column={1}
      style={{ marginBottom: 12 }}
      items={lines.map(([label, children], key) => ({ key, label, children }))}
    />
  );
}

/** Tells first what would go. */
function Lift(props: { of: ArchiveHold }) {
  const { t, number, exact } = useText();
  const told = useTold();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const { id } = props.of;
  const released = useQuery({
    queryKey: [...KEY, id, "released"],
    queryFn: () => archive.released(id),
    enabled: open,
    staleTime: 0,
    gcTime: 0,
  });
  const lift = useMutation({
    mutationFn: () => archive.liftHold(id, reason.trim()),
    onSuccess: () => {
      setOpen(false);
      return queries.invalidateQueries({ queryKey: ["archive"] });
    },
    onError: (error) => void message.error(told(error)),
  });
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {t("ui.archive.hold.lift")}
      </Button>
      <Modal
        open={open}
        title={t("ui.archive.hold.lift.ask")}
        okText={t("ui.archive.hold.lift")}
        okButtonProps={{
          danger: true,
          loading: lift.isPending,
          disabled: !released.data || reason.trim() === "",
        }}
        onOk={() => lift.mutate()}
        destroyOnHidden
        onCancel={() => {
          setOpen(false);
          setReason("");
        }}
      >
        <Held of={props.of} />
        <Loaded of={released} lines={2}>
          {(one) =>
            one.messages === 0 ? (
              <p>{t("ui.archive.hold.lift.nothing")}</p>
            ) : (
              <p>
                {t("ui.archive.hold.lift.told", {
                  messages: number(one.messages),
                  files: number(one.files),
                })}{" "}
                {one.oldest !== null && one.newest !== null && (
                  <span className="soft">
                    {exact(Math.floor(one.oldest / 1000))} – {exact(Math.floor(one.newest / 1000))}
                  </span>
                )}
              </p>
            )
          }
        </Loaded>
        <Form.Item label={t("ui.archive.hold.lift.why")} layout="vertical" style={{ margin: 0 }}>
          <Input.TextArea
            rows={2}
            maxLength={500}
            aria-label={t("ui.archive.hold.lift.why")}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </Form.Item>
      </Modal>
    </>
  );
}
