/** A dialog that asks whom or what, and why: for holds and erasures. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Modal } from "antd";
import type { ReactNode } from "react";
import type { ArchiveSubject } from "../api/contract";
import { useText } from "../app/appearance";
import { useTold } from "../elements/Problems";
import { SubjectFields, type SubjectTyped, subjectOf } from "./Subject";

interface Typed extends SubjectTyped {
  reason: string;
}

export function SubjectDialog(props: {
  open: boolean;
  onClose: () => void;
  title: string;
  kinds: ArchiveSubject["of"][];
  /** What is told of the subject chosen so far. */
  about?: (subject: ArchiveSubject) => ReactNode;
  /** The word on the button. */
  confirm: string;
  danger?: boolean;
  /** What is told of the subject forbids it. */
  barred?: boolean;
  send: (subject: ArchiveSubject, reason: string) => Promise<unknown>;
}) {
  const { t } = useText();
  const queries = useQueryClient();
  const told = useTold();
  const [form] = Form.useForm<Typed>();
  const typed = Form.useWatch([], form);
  const sending = useMutation({
    mutationFn: (typed: Typed) => props.send(subjectOf(typed), typed.reason),
    onSuccess: () => {
      close();
      return queries.invalidateQueries({ queryKey: ["archive"] });
    },
  });
  const close = () => {
    sending.reset();
    form.resetFields();
    props.onClose();
  };
  return (
    <Modal open={props.open} title={props.title} footer={null} destroyOnHidden onCancel={close}>
      <Form<Typed>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ of: "person" }}
        onFinish={sending.mutate}
      >
        {sending.error && (
          <Alert type="error" showIcon title={told(sending.error)} style={{ marginBottom: 16 }} />
        )}
        <SubjectFields kinds={props.kinds} />
        {typed?.of && props.about?.(subjectOf(typed))}
        <Form.Item
          name="reason"
          label={t("ui.archive.why")}
          rules={[{ required: true, whitespace: true, message: t("ui.archive.why.missing") }]}
        >
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        <Button
          type="primary"
          danger={props.danger ?? false}
          htmlType="submit"
          block
          disabled={props.barred ?? false}
          loading={sending.isPending}
        >
          {props.confirm}
        </Button>
      </Form>
    </Modal>
  );
}
