/** The text to customers: saved ones to choose from, and what each successor's customers read. */

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, Modal, Select, Skeleton } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { useRef, useState } from "react";
import { handovers, templates } from "../../api/calls";
import { useText } from "../../app/appearance";
import { useSettled } from "../../elements/MemberSelect";
import { useTold } from "../../elements/Problems";
import { successorsOf } from "./draft";
import type { StepProps } from "./WizardPage";

const PLACES = ["leaver", "successor", "company"] as const;
/** With names in place it is at most 200; before that it may be longer. */
const LONGEST = 400;

export function MessageField({ draft, change }: StepProps) {
  const { t, language } = useText();
  const saved = useQuery({ queryKey: ["templates"], queryFn: templates.list });
  const set = (message: string) => change({ message });
  const area = useRef<TextAreaRef>(null);
  // Where the cursor is, which then stands behind it: whoever goes on typing types on.
  const insert = (place: string) => {
    const box = area.current?.resizableTextArea?.textArea;
    const from = box?.selectionStart ?? draft.message.length;
    const to = box?.selectionEnd ?? from;
    const word = `{${place}}`;
    set(`${draft.message.slice(0, from)}${word}${draft.message.slice(to)}`);
    requestAnimationFrame(() => {
      box?.focus();
      box?.setSelectionRange(from + word.length, from + word.length);
    });
  };
  return (
    <Form.Item
      label={t("ui.wizard.message")}
      extra={t("ui.wizard.message.told")}
      style={{ margin: 0 }}
    >
      <div className="filters">
        <Select<string>
          style={{ width: 240 }}
          aria-label={t("ui.message.saved")}
          placeholder={t("ui.message.saved")}
          value={null as unknown as string}
          notFoundContent={t("ui.message.saved.none")}
          options={(saved.data ?? []).map((one) => ({
            value: one.id,
            label: language === "zh" ? one.name_zh : one.name_en,
          }))}
          onChange={(id) => set(saved.data?.find((one) => one.id === id)?.body ?? draft.message)}
        />
        {PLACES.map((place) => (
          <Button key={place} size="small" onClick={() => insert(place)}>
            {t(`ui.message.place.${place}`)}
          </Button>
        ))}
        <SaveButton body={draft.message.trim()} />
      </div>
      <Input.TextArea
        ref={area}
        aria-label={t("ui.wizard.message")}
        maxLength={LONGEST}
        autoSize={{ minRows: 2, maxRows: 5 }}
        value={draft.message}
        onChange={(event) => set(event.target.value)}
      />
      {draft.message.trim() !== "" && (
        <Preview
          message={draft.message.trim()}
          leaver={draft.leaver}
          successors={successorsOf(draft)}
        />
      )}
    </Form.Item>
  );
}

/** Rendered by the server, as it will be for the call. */
function Preview(props: { message: string; leaver: string; successors: string[] }) {
  const { t } = useText();
  const told = useTold();
  const message = useSettled(props.message);
  const { leaver, successors } = props;
  const asked = useQuery({
    queryKey: ["message-preview", message, leaver, successors],
    queryFn: ({ signal }) => handovers.previewMessage({ message, leaver, successors }, signal),
    placeholderData: keepPreviousData,
    enabled: leaver !== "",
  });
  if (asked.error) return <Alert type="error" showIcon title={told(asked.error)} />;
  if (!asked.data) return <Skeleton active title={false} paragraph={{ rows: 2 }} />;
  const { texts, problems } = asked.data;
  return (
    <section aria-label={t("ui.message.preview")} style={{ marginTop: 12 }}>
      {problems.map((problem) => (
        <Alert key={problem.code} type="error" showIcon title={problem.message} />
      ))}
      <ul className="todo">
        {texts.map((one) => (
          <li key={one.userid}>
            <div className="what">
              <strong>{t("ui.message.from", { name: one.name || one.userid })}</strong>
              <span className="preview-text">{one.text}</span>
              {!one.fits && (
                <span role="alert" className="small">
                  {t("ui.message.too_long")}
                </span>
              )}
            </div>
            <span className="soft small number">{t("ui.message.chars", { count: one.chars })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Keeps the text for the next handover. */
function SaveButton(props: { body: string }) {
  const { t } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [names, setNames] = useState({ name_zh: "", name_en: "" });
  const save = useMutation({
    mutationFn: () => templates.create({ ...names, body: props.body }),
    onSuccess: async () => {
      setOpen(false);
      setNames({ name_zh: "", name_en: "" });
      await queries.invalidateQueries({ queryKey: ["templates"] });
      message.success(t("ui.saved"));
    },
  });
  return (
    <>
      <Button size="small" disabled={props.body === ""} onClick={() => setOpen(true)}>
        {t("ui.message.save")}
      </Button>
      <Modal
        open={open}
        title={t("ui.message.save.title")}
        okText={t("ui.save")}
        okButtonProps={{ disabled: !names.name_zh.trim() || !names.name_en.trim() }}
        confirmLoading={save.isPending}
        onOk={() => save.mutate()}
        onCancel={() => setOpen(false)}
      >
        {save.error && <Alert type="error" showIcon title={told(save.error)} />}
        <Form layout="vertical" component="div">
          {(["name_zh", "name_en"] as const).map((name) => (
            <Form.Item key={name} label={t(`ui.message.${name}`)}>
              <Input
                aria-label={t(`ui.message.${name}`)}
                maxLength={60}
                value={names[name]}
                onChange={(event) => setNames({ ...names, [name]: event.target.value })}
              />
            </Form.Item>
          ))}
        </Form>
        <p className="preview-text soft small">{props.body}</p>
      </Modal>
    </>
  );
}
