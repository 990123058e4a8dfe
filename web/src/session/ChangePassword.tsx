import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input } from "antd";
import { session } from "../api/calls";
import { useText } from "../app/appearance";
import { Logo } from "../app/Logo";
import { useTold } from "../elements/Problems";
import { sessionQuery } from "./session";

interface Typed {
  current: string;
  next: string;
  again: string;
}

/** The page after the first sign-in, and the form behind the account's menu. */
export function ChangePassword(props: { forced?: boolean; onDone?: () => void }) {
  const { t } = useText();
  const form = <PasswordForm {...(props.onDone ? { onDone: props.onDone } : {})} />;
  if (!props.forced) return form;
  return (
    <main className="sign-in">
      <div className="card">
        <h1 className="row" style={{ margin: "0 0 8px", fontSize: 20 }}>
          <Logo /> {t("ui.password.title")}
        </h1>
        <p className="soft">{t("ui.password.forced")}</p>
        {form}
      </div>
    </main>
  );
}

function PasswordForm(props: { onDone?: () => void }) {
  const { t } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (typed: Typed) => session.changePassword(typed.current, typed.next),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey, exact: true });
      message.success(t("ui.password.changed"));
      props.onDone?.();
    },
  });
  return (
    <Form layout="vertical" requiredMark={false} onFinish={change.mutate}>
      {change.error && (
        <Alert type="error" showIcon title={told(change.error)} style={{ marginBottom: 16 }} />
      )}
      <Form.Item name="current" label={t("ui.password.current")} rules={[{ required: true }]}>
        <Input.Password autoComplete="current-password" maxLength={1024} />
      </Form.Item>
      <Form.Item
        name="next"
        label={t("ui.password.next")}
        extra={t("ui.password.rule")}
        rules={[{ required: true, min: 10, message: t("ui.password.rule") }]}
      >
        <Input.Password autoComplete="new-password" maxLength={1024} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t("ui.password.again")}
        dependencies={["next"]}
        rules={[
          { required: true },
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              value === getFieldValue("next")
                ? Promise.resolve()
                : Promise.reject(new Error(t("ui.password.differ"))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={1024} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={change.isPending}>
        {t("ui.password.change")}
      </Button>
    </Form>
  );
}
