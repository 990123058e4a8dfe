/** The checklists of cases, by role. Cases that are open keep theirs. */

import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Checkbox, Form, Input, InputNumber, Select } from "antd";
import { cases } from "../api/calls";
import type { CaseTemplates } from "../api/contract";
import { useText } from "../app/appearance";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, useTold } from "../elements/Problems";

const KINDS = ["manual", "customers_handed_over", "groups_handed_over", "access_ended"] as const;
const KEY = ["cases", "templates"];
const NEW_ITEM = { title: "", mandatory: true, kind: "manual" as const, due_days: 3 };

export function ChecklistsPage() {
  return (
    <Needs act="settings.change">
      <Checklists />
    </Needs>
  );
}

function Checklists() {
  const { t, language } = useText();
  // Built-in titles come in the reader's language.
  const asked = useQuery({ queryKey: [...KEY, language], queryFn: cases.templates });
  return (
    <PageFrame
      title={t("ui.menu.checklists")}
      told={t("ui.checklists.told")}
      crumbs={[{ title: t("ui.menu.settings") }, { title: t("ui.menu.checklists") }]}
    >
      <Loaded of={asked}>{(known) => <Editor key={language} known={known} />}</Loaded>
    </PageFrame>
  );
}

function Editor(props: { known: CaseTemplates }) {
  const { t } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (wanted: CaseTemplates) =>
      cases.saveTemplates({
        templates: wanted.templates.map((one) => ({ ...one, positions: one.positions ?? [] })),
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: KEY });
      message.success(t("ui.saved"));
    },
  });
  return (
    <Form<CaseTemplates> layout="vertical" initialValues={props.known} onFinish={save.mutate}>
      {save.error && (
        <Alert type="error" showIcon title={told(save.error)} style={{ marginBottom: 16 }} />
      )}
      <Form.List name="templates">
        {(lists, { add, remove }) => (
          <div className="stack">
            {lists.map(({ key, name }) => (
              <section
                className="card"
                key={key}
                aria-label={t("ui.checklists.nth", { number: name + 1 })}
              >
                <Checklist at={name} onRemove={lists.length > 1 ? () => remove(name) : undefined} />
              </section>
            ))}
            <div className="row">
              <Button
                icon={<PlusOutlined />}
                onClick={() => add({ name: "", positions: [], items: [NEW_ITEM] })}
              >
                {t("ui.checklists.add")}
              </Button>
              <Button type="primary" htmlType="submit" loading={save.isPending}>
                {t("ui.save")}
              </Button>
            </div>
          </div>
        )}
      </Form.List>
    </Form>
  );
}

function Checklist(props: { at: number; onRemove: (() => void) | undefined }) {
  const { t } = useText();
  const required = [{ required: true, whitespace: true, message: t("ui.checklists.missing") }];
  return (
    <>
      <div className="grid-2">
        <Form.Item name={[props.at, "name"]} label={t("ui.checklists.name")} rules={required}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item
          name={[props.at, "positions"]}
          label={t("ui.checklists.positions")}
          extra={t("ui.checklists.positions.told")}
        >
          <Select mode="tags" open={false} suffixIcon={null} />
        </Form.Item>
      </div>
      <Form.List name={[props.at, "items"]}>
        {(items, { add, remove }) => (
          <>
            {items.map(({ key, name }) => (
              <ItemRow
                key={key}
                at={name}
                required={required}
                onRemove={items.length > 1 ? () => remove(name) : undefined}
              />
            ))}
            <div className="row spread">
              <Button size="small" icon={<PlusOutlined />} onClick={() => add(NEW_ITEM)}>
                {t("ui.checklists.item.add")}
              </Button>
              {props.onRemove && (
                <Button size="small" danger onClick={props.onRemove}>
                  {t("ui.checklists.remove")}
                </Button>
              )}
            </div>
          </>
        )}
      </Form.List>
    </>
  );
}

function ItemRow(props: {
  at: number;
  required: { required: boolean; whitespace: boolean; message: string }[];
  onRemove: (() => void) | undefined;
}) {
  const { t } = useText();
  const { at } = props;
  const number = at + 1;
  return (
    <div className="checklist-item">
      <Form.Item name={[at, "title"]} rules={props.required}>
        <Input maxLength={120} aria-label={t("ui.checklists.item.title", { number })} />
      </Form.Item>
      <Form.Item name={[at, "kind"]}>
        <Select
          aria-label={t("ui.checklists.item.kind", { number })}
          options={KINDS.map((value) => ({ value, label: t(`ui.checklists.kind.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name={[at, "due_days"]}>
        <InputNumber
          min={0}
          max={365}
          precision={0}
          suffix={t("ui.checklists.days")}
          aria-label={t("ui.checklists.item.days", { number })}
        />
      </Form.Item>
      <Form.Item name={[at, "mandatory"]} valuePropName="checked">
        <Checkbox>{t("ui.case.item.mandatory")}</Checkbox>
      </Form.Item>
      <Button
        type="text"
        icon={<DeleteOutlined />}
        disabled={!props.onRemove}
        aria-label={t("ui.checklists.item.remove", { number })}
        onClick={props.onRemove}
      />
    </div>
  );
}
