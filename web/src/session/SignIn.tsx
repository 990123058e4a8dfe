import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Divider, Form, Input, type InputRef } from "antd";
import { useEffect, useRef } from "react";
import { session } from "../api/calls";
import { useAppearance } from "../app/appearance";
import { Logo } from "../app/Logo";
import { useTold } from "../elements/Problems";
import { heard, sessionQuery } from "./session";

export function SignIn() {
  const { text, choose } = useAppearance();
  const { t } = text;
  const told = useTold();
  const queries = useQueryClient();
  const first = useRef<InputRef>(null);
  const wecom = useQuery({ queryKey: ["session", "wecom"], queryFn: session.wecom, retry: false });
  const signIn = useMutation({
    mutationFn: (typed: { login: string; password: string }) =>
      session.signIn(typed.login.trim(), typed.password),
    onSuccess: (fresh) => queries.setQueryData(sessionQuery.queryKey, heard(fresh)),
  });
  useEffect(() => {
    document.title = `${t("ui.sign_in.title")} · ${t("ui.product")}`;
    first.current?.focus();
  }, [t]);
  const other = text.language === "zh" ? "en" : "zh";
  return (
    <main className="sign-in">
      <div className="card">
        <div className="row spread" style={{ marginBottom: 20 }}>
          <h1 className="row" style={{ margin: 0, fontSize: 20 }}>
            <Logo /> {t("ui.product")}
          </h1>
          <Button type="text" size="small" lang={other} onClick={() => choose({ language: other })}>
            {other === "en" ? "English" : "中文"}
          </Button>
        </div>
        <p className="soft" style={{ marginTop: 0 }}>
          {t("ui.sign_in.told")}
        </p>
        {signIn.error && (
          <Alert
            type="error"
            showIcon
            role="alert"
            title={told(signIn.error)}
            style={{ marginBottom: 16 }}
          />
        )}
        <Form layout="vertical" requiredMark={false} onFinish={signIn.mutate}>
          <Form.Item
            name="login"
            label={t("ui.sign_in.login")}
            rules={[{ required: true, message: t("ui.sign_in.login.missing") }]}
          >
            <Input ref={first} autoComplete="username" maxLength={128} size="large" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t("ui.sign_in.password")}
            rules={[{ required: true, message: t("ui.sign_in.password.missing") }]}
          >
            <Input.Password autoComplete="current-password" maxLength={1024} size="large" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block size="large" loading={signIn.isPending}>
            {t("ui.sign_in")}
          </Button>
        </Form>
        {wecom.data?.url && (
          <>
            <Divider plain>{t("ui.sign_in.or")}</Divider>
            <Button block size="large" href={wecom.data.url}>
              {t("ui.sign_in.wecom")}
            </Button>
          </>
        )}
      </div>
    </main>
  );
}
