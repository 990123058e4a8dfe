/** Erasures: for good, with a certificate of each. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, Button, Descriptions, Modal, Table, Tag } from "antd";
import { useEffect, useState } from "react";
import { archive } from "../api/calls";
import type {
  ArchiveErasure,
  ArchiveHold,
  ArchiveSubject,
  ErasureCertificate,
} from "../api/contract";
import { useText } from "../app/appearance";
import { Moment } from "../elements/Moment";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, Nothing } from "../elements/Problems";
import { Wide } from "../elements/Wide";
import { useMay } from "../session/session";
import { More } from "./More";
import { SubjectTold } from "./Subject";
import { SubjectDialog } from "./SubjectDialog";
import { Who } from "./Who";

const KEY = ["archive", "erasures"];

export function ErasuresPage() {
  return (
    <Needs act="archive.keeping">
      <Erasures />
    </Needs>
  );
}

function Erasures() {
  const { t } = useText();
  const mayManage = useMay("archive.manage");
  const [asking, setAsking] = useState(false);
  const [held, setHeld] = useState(false);
  const found = useInfiniteQuery({
    queryKey: KEY,
    queryFn: ({ pageParam, signal }) => archive.erasures(pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: 10_000,
  });
  return (
    <PageFrame
      title={t("ui.menu.archive_erasures")}
      told={t("ui.archive.erasures.told")}
      crumbs={[{ title: t("ui.menu.archive") }, { title: t("ui.menu.archive_erasures") }]}
      action={
        mayManage && (
          <Button danger onClick={() => setAsking(true)}>
            {t("ui.archive.erase")}
          </Button>
        )
      }
    >
      <section className="card">
        <Loaded of={found} lines={3}>
          {(data) => {
            const items = data.pages.flatMap((page) => page.items);
            if (items.length === 0) return <Nothing told={t("ui.archive.erasures.none")} />;
            return (
              <>
                <List items={items} />
                {found.hasNextPage && (
                  <More
                    word={t("ui.archive.more")}
                    loading={found.isFetchingNextPage}
                    error={found.isFetchNextPageError && found.error}
                    turn={data.pages.length}
                    onMore={() => void found.fetchNextPage()}
                  />
                )}
              </>
            );
          }}
        </Loaded>
      </section>
      <SubjectDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t("ui.archive.erase")}
        kinds={["person", "conversation"]}
        about={(subject) => subject.id && <Preview of={subject} onHeld={setHeld} />}
        confirm={t("ui.archive.erase.for_good")}
        danger
        barred={held}
        send={archive.erase}
      />
    </PageFrame>
  );
}

function List(props: { items: ArchiveErasure[] }) {
  const { t, number } = useText();
  return (
    <Wide label={t("ui.menu.archive_erasures")}>
      <Table<ArchiveErasure>
        size="middle"
        pagination={false}
        rowKey="id"
        dataSource={props.items}
        columns={[
          {
            title: t("ui.archive.subject"),
            render: (_, one) => <SubjectTold of={one.subject} gone />,
          },
          { title: t("ui.archive.why"), dataIndex: "reason" },
          {
            title: t("ui.archive.erasure.conversations"),
            align: "right",
            width: 90,
            render: (_, one) => number(one.conversations),
          },
          {
            title: t("ui.archive.erasure.messages"),
            align: "right",
            width: 90,
            render: (_, one) => number(one.messages),
          },
          {
            title: t("ui.archive.certificate.asked_by"),
            width: 110,
            render: (_, one) => <Who of={one.asked_by} name={one.asked_by_name} />,
          },
          {
            title: t("ui.archive.erasure.at"),
            width: 130,
            render: (_, one) => <Moment at={one.at} />,
          },
          {
            title: t("ui.archive.hold.state"),
            width: 110,
            render: (_, one) =>
              one.finished_at === null ? (
                <Tag color="processing">{t("ui.archive.erasure.under_way")}</Tag>
              ) : (
                <Tag color="success">{t("ui.archive.erasure.done")}</Tag>
              ),
          },
          {
            title: t("ui.archive.certificate"),
            width: 100,
            render: (_, one) => <Certificate id={one.id} />,
          },
        ]}
      />
    </Wide>
  );
}

function Certificate(props: { id: string }) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const told = useQuery({
    queryKey: [...KEY, props.id, "certificate"],
    queryFn: () => archive.certificate(props.id),
    enabled: open,
    staleTime: 0,
  });
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {t("ui.archive.certificate.show")}
      </Button>
      <Modal
        open={open}
        width={760}
        title={t("ui.archive.certificate")}
        footer={
          <Button href={archive.certificateAddress(props.id)} download>
            {t("ui.archive.certificate.download")}
          </Button>
        }
        onCancel={() => setOpen(false)}
      >
        <Loaded of={told} lines={6}>
          {(one) => <Certified of={one} />}
        </Loaded>
      </Modal>
    </>
  );
}

/** What was erased in words, and under it the lines of which the sum is. */
function Certified(props: { of: ErasureCertificate }) {
  const { t, exact } = useText();
  const { erasure, asked_by_name, keys, corp, text, sha256 } = props.of;
  const lines = [
    [t("ui.archive.subject"), <SubjectTold key="subject" of={erasure.subject} gone />],
    [t("ui.archive.why"), erasure.reason],
    [t("ui.archive.certificate.corp"), corp],
    [
      t("ui.archive.certificate.asked_by"),
      <Who key="asked_by" of={erasure.asked_by} name={asked_by_name} />,
    ],
    [t("ui.archive.erasure.at"), exact(erasure.at)],
    [
      t("ui.archive.certificate.finished"),
      erasure.finished_at === null ? t("ui.archive.erasure.under_way") : exact(erasure.finished_at),
    ],
    [
      t("ui.archive.certificate.what"),
      t("ui.archive.certificate.counts", {
        c: erasure.conversations,
        m: erasure.messages,
        f: erasure.files,
      }),
    ],
    [t("ui.archive.certificate.keys"), t("ui.archive.certificate.keys.told", { n: keys.length })],
  ] as const;
  return (
    <>
      <Descriptions
        size="small"
        bordered
        column={1}
        styles={{ label: { width: 130 } }}
        items={lines.map(([label, children], key) => ({ key, label, children }))}
      />
      <p className="soft">{t("ui.archive.certificate.text")}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the keyboard */}
      <pre className="certificate mono" tabIndex={0}>
        {text}
      </pre>
      <p className="soft mono">SHA-256 {sha256}</p>
    </>
  );
}

function Preview(props: { of: ArchiveSubject; onHeld: (held: boolean) => void }) {
  const { t, number } = useText();
  const { onHeld } = props;
  const asked = useQuery({
    queryKey: [...KEY, "preview", props.of.of, props.of.id],
    queryFn: () => archive.previewErasure(props.of),
    // What was true a while ago is no ground to erase upon.
    staleTime: 0,
    gcTime: 0,
  });
  const held = (asked.data?.holds.length ?? 0) > 0;
  useEffect(() => {
    onHeld(held);
    return () => onHeld(false);
  }, [held, onHeld]);
  return (
    <Loaded of={asked} lines={1}>
      {(one) => (
        <Alert
          style={{ marginBottom: 16 }}
          type={one.holds.length > 0 ? "error" : "warning"}
          showIcon
          title={
            one.holds.length > 0
              ? t("ui.archive.erase.held", { count: one.holds.length })
              : t("ui.archive.erase.what", {
                  conversations: number(one.conversations),
                  messages: number(one.messages),
                })
          }
          description={
            one.holds.length > 0 ? (
              <Holding holds={one.holds} />
            ) : (
              one.rooms > 0 && t("ui.archive.erase.rooms", { rooms: number(one.rooms) })
            )
          }
        />
      )}
    </Loaded>
  );
}

/** The holds that stand against it: whoever wants to erase has to see to them first. */
function Holding(props: { holds: ArchiveHold[] }) {
  const { t } = useText();
  return (
    <>
      <ul>
        {props.holds.map((hold) => (
          <li key={hold.id}>
            {hold.reason} (<Moment at={hold.placed_at} />)
            <SubjectTold of={hold.subject} />
          </li>
        ))}
      </ul>
      <Link to="/archive/holds">{t("ui.archive.erase.to_holds")}</Link>
    </>
  );
}
