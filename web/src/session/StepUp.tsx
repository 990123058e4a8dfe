/** Asks for the password where an act that cannot be undone needs it. */

import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Modal } from "antd";
import { useEffect, useState } from "react";
import { session } from "../api/calls";
import { whenPasswordNeeded } from "../api/client";
import { useText } from "../app/appearance";
import { useTold } from "../elements/Problems";

type Answer = (given: boolean) => void;

export function StepUp() {
  const { t } = useText();
  const told = useTold();
  const [answer, setAnswer] = useState<Answer | null>(null);
  useEffect(() => {
    whenPasswordNeeded(() => new Promise((resolve) => setAnswer(() => resolve)));
    return () => whenPasswordNeeded(() => Promise.resolve(false));
  }, []);
  const give = useMutation({
    mutationFn: (typed: { password: string }) => session.stepUp(typed.password),
    onSuccess: () => end(true),
  });
  const end = (given: boolean) => {
    answer?.(given);
    setAnswer(null);
    give.reset();
  };
  return (
    <Modal
      open={answer !== null}
      title={t("ui.step_up.title")}
      footer={null}
      destroyOnHidden
      width={420}
      onCancel={() => end(false)}
    >
      <Form layout="vertical" requiredMark={false} onFinish={give.mutate}>
        <p className="soft">{t("ui.step_up.told")}</p>
        {give.error && (
          <Alert type="error" showIcon title={told(give.error)} style={{ marginBottom: 16 }} />
        )}
        <Form.Item
          name="password"
          label={t("ui.sign_in.password")}
          rules={[{ required: true, message: t("ui.sign_in.password.missing") }]}
        >
          <Input.Password autoFocus autoComplete="current-password" maxLength={256} />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={give.isPending}>
          {t("ui.step_up.act")}
        </Button>
      </Form>
    </Modal>
  );
}
