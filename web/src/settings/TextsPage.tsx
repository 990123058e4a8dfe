/** The saved texts to customers that a handover in service can choose from. */

import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Modal, Table } from "antd";
import { useState } from "react";
import { templates } from "../api/calls";
import type { MessageTemplate, TemplateInput } from "../api/contract";
import { useText } from "../app/appearance";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, Nothing, useTold } from "../elements/Problems";
import { Wide } from "../elements/Wide";

const KEY = ["templates"];

export function TextsPage() {
  return (
    <Needs act="handover.plan">
      <Texts />
    </Needs>
  );
}

function Texts() {
  const { t } = useText();
  const [open, setOpen] = useState<MessageTemplate | "new" | null>(null);
  const asked = useQuery({ queryKey: KEY, queryFn: templates.list });
  return (
    <PageFrame
      title={t("ui.menu.texts")}
      told={t("ui.texts.told")}
      crumbs={[{ title: t("ui.menu.settings") }, { title: t("ui.menu.texts") }]}
      action={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen("new")}>
          {t("ui.texts.new")}
        </Button>
      }
    >
      <section className="card">
        <Loaded of={asked} lines={3}>
          {(list) =>
            list.length === 0 ? (
              <Nothing told={t("ui.message.saved.none")} />
            ) : (
              <List of={list} onEdit={setOpen} />
            )
          }
        </Loaded>
      </section>
      <Modal
        open={open !== null}
        title={t(open === "new" ? "ui.texts.new" : "ui.texts.edit")}
        footer={null}
        destroyOnHidden
        onCancel={() => setOpen(null)}
      >
        {open && <TextForm of={open === "new" ? null : open} onDone={() => setOpen(null)} />}
      </Modal>
    </PageFrame>
  );
}

function List(props: { of: MessageTemplate[]; onEdit: (one: MessageTemplate) => void }) {
  const { t, language } = useText();
  const told = useTold();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const nameOf = (one: MessageTemplate) => (language === "zh" ? one.name_zh : one.name_en);
  const remove = useMutation({
    mutationFn: templates.remove,
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
    onError: (error) => void message.error(told(error)),
  });
  const ask = (one: MessageTemplate) =>
    void modal.confirm({
      title: t("ui.texts.remove.ask", { name: nameOf(one) }),
      okText: t("ui.texts.remove"),
      okButtonProps: { danger: true },
      onOk: () => remove.mutateAsync(one.id).catch(() => undefined),
    });
  return (
    <Wide label={t("ui.menu.texts")}>
      <Table<MessageTemplate>
        size="middle"
        rowKey="id"
        pagination={props.of.length > 20 ? { pageSize: 20, size: "small" } : false}
        dataSource={props.of}
        columns={[
          { key: "name", title: t("ui.texts.name"), render: (_, one) => nameOf(one) },
          {
            key: "body",
            title: t("ui.wizard.message"),
            render: (_, one) => <span className="told">{one.body}</span>,
          },
          {
            key: "acts",
            title: t("ui.act"),
            render: (_, one) => (
              <span className="row">
                <Button
                  size="small"
                  aria-label={t("ui.texts.edit_of", { name: nameOf(one) })}
                  onClick={() => props.onEdit(one)}
                >
                  {t("ui.texts.edit")}
                </Button>
                <Button
                  size="small"
                  danger
                  aria-label={t("ui.texts.remove_of", { name: nameOf(one) })}
                  onClick={() => ask(one)}
                >
                  {t("ui.texts.remove")}
                </Button>
              </span>
            ),
          },
        ]}
      />
    </Wide>
  );
}

function TextForm(props: { of: MessageTemplate | null; onDone: () => void }) {
  const { t } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const save = useMutation<unknown, Error, TemplateInput>({
    mutationFn: (typed) =>
      props.of ? templates.change(props.of.id, typed) : templates.create(typed),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: KEY });
      message.success(t("ui.saved"));
      props.onDone();
    },
  });
  const required = [{ required: true, whitespace: true, message: t("ui.checklists.missing") }];
  return (
    <Form<TemplateInput>
      layout="vertical"
      initialValues={props.of ?? { name_zh: "", name_en: "", body: "" }}
      onFinish={({ name_zh, name_en, body }) => save.mutate({ name_zh, name_en, body })}
    >
      {save.error && (
        <Alert type="error" showIcon title={told(save.error)} style={{ marginBottom: 16 }} />
      )}
      {(["name_zh", "name_en"] as const).map((name) => (
        <Form.Item key={name} name={name} label={t(`ui.message.${name}`)} rules={required}>
          <Input maxLength={60} />
        </Form.Item>
      ))}
      <Form.Item
        name="body"
        label={t("ui.wizard.message")}
        extra={t("ui.texts.places")}
        rules={required}
      >
        <Input.TextArea maxLength={400} autoSize={{ minRows: 3, maxRows: 8 }} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={save.isPending}>
        {t("ui.save")}
      </Button>
    </Form>
  );
}
