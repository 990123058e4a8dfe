/** The private keys there are, without the keys; adding and removing. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, InputNumber, Modal, Table } from "antd";
import { useState } from "react";
import { archive } from "../api/calls";
import type { ArchiveKey } from "../api/contract";
import { useText } from "../app/appearance";
import { Moment } from "../elements/Moment";
import { Loaded, Nothing, useTold } from "../elements/Problems";
import { Wide } from "../elements/Wide";
import { useMay } from "../session/session";

export function Keys() {
  const { t, number } = useText();
  const mayManage = useMay("archive.manage");
  const asked = useQuery({ queryKey: ["archive", "keys"], queryFn: archive.keys });
  const [adding, setAdding] = useState(false);
  return (
    <section className="card">
      <div className="row spread" style={{ marginBottom: 8 }}>
        <h2 style={{ margin: 0, fontSize: 15 }}>{t("ui.archive.keys")}</h2>
        {mayManage && (
          <Button size="small" onClick={() => setAdding(true)}>
            {t("ui.archive.key.add")}
          </Button>
        )}
      </div>
      <p className="soft">{t("ui.archive.keys.told")}</p>
      <Loaded of={asked} lines={2}>
        {(page) =>
          page.items.length === 0 ? (
            <Nothing told={t("ui.archive.keys.none")} />
          ) : (
            <Wide label={t("ui.archive.keys")}>
              <Table<ArchiveKey>
                size="middle"
                pagination={false}
                rowKey="version"
                dataSource={page.items}
                columns={[
                  { title: t("ui.archive.key.version"), width: 90, dataIndex: "version" },
                  {
                    title: t("ui.archive.key.fingerprint"),
                    render: (_, key) => <span className="mono">{key.fingerprint}</span>,
                  },
                  {
                    title: t("ui.archive.key.parked"),
                    width: 130,
                    align: "right",
                    render: (_, key) => number(key.parked),
                  },
                  {
                    title: t("ui.archive.key.added"),
                    width: 150,
                    render: (_, key) => <Moment at={key.added_at} />,
                  },
                  ...(mayManage
                    ? [
                        {
                          title: t("ui.act"),
                          width: 100,
                          render: (_: unknown, key: ArchiveKey) => <Remove of={key} />,
                        },
                      ]
                    : []),
                ]}
              />
            </Wide>
          )
        }
      </Loaded>
      <AddKey open={adding} onClose={() => setAdding(false)} />
    </section>
  );
}

function useRenewed(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["archive", "keys"] }),
      queries.invalidateQueries({ queryKey: ["archive", "status"] }),
    ]);
}

function Remove(props: { of: ArchiveKey }) {
  const { t } = useText();
  const told = useTold();
  const { message, modal } = App.useApp();
  const renew = useRenewed();
  const { version } = props.of;
  const remove = useMutation({
    mutationFn: () => archive.removeKey(version),
    onSuccess: renew,
    onError: (error) => void message.error(told(error)),
  });
  const ask = () =>
    modal.confirm({
      title: t("ui.archive.key.remove.ask", { version }),
      content: t("ui.archive.key.remove.told"),
      okText: t("ui.archive.key.remove"),
      okButtonProps: { danger: true },
      onOk: () => remove.mutateAsync().catch(() => undefined),
    });
  return (
    <Button
      size="small"
      danger
      loading={remove.isPending}
      aria-label={t("ui.archive.key.remove.named", { version })}
      onClick={ask}
    >
      {t("ui.archive.key.remove")}
    </Button>
  );
}

interface Typed {
  version: number;
  pem: string;
}

function AddKey(props: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const told = useTold();
  const renew = useRenewed();
  const add = useMutation({
    // A key must not stay in the memory of what was asked.
    gcTime: 0,
    mutationFn: (typed: Typed) => archive.addKey(typed.version, typed.pem),
    onSuccess: () => {
      close();
      return renew();
    },
  });
  const close = () => {
    add.reset();
    props.onClose();
  };
  return (
    <Modal
      open={props.open}
      title={t("ui.archive.key.add")}
      footer={null}
      destroyOnHidden
      onCancel={close}
    >
      <Form<Typed> layout="vertical" requiredMark={false} onFinish={add.mutate}>
        {add.error && (
          <Alert type="error" showIcon title={told(add.error)} style={{ marginBottom: 16 }} />
        )}
        <Form.Item
          name="version"
          label={t("ui.archive.key.version")}
          extra={t("ui.archive.key.version.told")}
          rules={[{ required: true, message: t("ui.archive.key.version.missing") }]}
        >
          <InputNumber min={1} max={4_294_967_295} precision={0} style={{ width: 160 }} />
        </Form.Item>
        <Form.Item
          name="pem"
          label={t("ui.archive.key.pem")}
          extra={t("ui.archive.key.pem.told")}
          rules={[{ required: true, message: t("ui.archive.key.pem.missing") }]}
        >
          <Input.TextArea
            className="mono"
            rows={7}
            autoComplete="off"
            spellCheck={false}
            placeholder="-----BEGIN PRIVATE KEY-----"
          />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={add.isPending}>
          {t("ui.archive.key.add")}
        </Button>
      </Form>
    </Modal>
  );
}
