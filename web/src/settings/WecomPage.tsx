import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, InputNumber } from "antd";
import { settings } from "../api/calls";
import { Problem } from "../api/client";
import type { WecomSettings, WecomSettingsChange } from "../api/contract";
import { useText } from "../app/appearance";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, useTold } from "../elements/Problems";
import { useMay } from "../session/session";
import { DoctorCard } from "./DoctorCard";

export function WecomPage() {
  return (
    <Needs act="settings.view">
      <Connection />
    </Needs>
  );
}

function Connection() {
  const { t } = useText();
  const asked = useQuery({ queryKey: ["settings", "wecom"], queryFn: settings.wecom });
  return (
    <PageFrame
      title={t("ui.menu.wecom")}
      told={t("ui.wecom.told")}
      crumbs={[{ title: t("ui.menu.settings") }, { title: t("ui.menu.wecom") }]}
    >
      <div className="stack">
        <DoctorCard />
        <section className="card">
          <h2>{t("ui.wecom.form")}</h2>
          <Loaded of={asked}>
            {(data) => <ConnectionForm key={JSON.stringify(data)} settings={data} />}
          </Loaded>
        </section>
      </div>
    </PageFrame>
  );
}

type Typed = Omit<WecomSettingsChange, Numeric> & { [name in Numeric]?: number | null };

/** Only what was changed is sent; a secret left empty stays as it is. */
function changed(typed: Typed, before: WecomSettings): WecomSettingsChange {
  const change: Record<string, string | number> = {};
  const old: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(typed)) {
    if (value === undefined || value === null) continue;
    const shown = typeof value === "string" ? value.trim() : value;
    const secret = !(name in old);
    if (secret ? shown !== "" : String(shown) !== String(old[name] ?? "")) change[name] = shown;
  }
  return change;
}

function ConnectionForm(props: { settings: WecomSettings }) {
  const { t } = useText();
  const told = useTold();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const mayChange = useMay("settings.change");
  const [form] = Form.useForm<Typed>();
  const known = props.settings;
  const save = useMutation({
    mutationFn: (typed: Typed) => settings.saveWecom(changed(typed, known)),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["settings", "wecom"] });
      void queries.invalidateQueries({ queryKey: ["doctor"] });
      message.success(t("ui.saved"));
    },
    onError: (error) => {
      if (!(error instanceof Problem)) return;
      form.setFields(
        error.fields.map((field) => ({
          name: field.path as keyof Typed,
          errors: [field.message],
        })),
      );
    },
  });
  const start: Typed = {
    corp_id: known.corp_id,
    agent_id: known.agent_id,
    public_url: known.public_url,
    region_group: known.region_group,
    first_contact_hours: known.first_contact_hours,
  };
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={start}
      disabled={!mayChange}
      onFinish={save.mutate}
      style={{ maxWidth: 880 }}
    >
      {save.error && (
        <Alert type="error" showIcon title={told(save.error)} style={{ marginBottom: 16 }} />
      )}
      <div className="grid-2" style={{ rowGap: 0 }}>
        <Plain name="corp_id" settings={known} />
        <Plain name="agent_id" settings={known} />
        <Secret name="app_secret" set={known.app_secret_set} settings={known} />
        <Secret name="contacts_secret" set={known.contacts_secret_set} settings={known} />
        <Secret name="archive_secret" set={known.archive_secret_set} settings={known} />
        <Plain name="public_url" settings={known} />
        <Plain name="region_group" settings={known} />
        <Plain name="first_contact_hours" settings={known} />
        <Secret name="callback_token" set={known.callback.token_set} settings={known} />
        <Secret name="callback_aes_key" set={known.callback.aes_key_set} settings={known} />
      </div>
      <p className="soft small">
        {t("ui.wecom.callback_url")} <span className="mono">{known.callback.url || "–"}</span>
      </p>
      {mayChange && (
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t("ui.save")}
        </Button>
      )}
    </Form>
  );
}

type Numeric = "agent_id" | "first_contact_hours";
type PlainName = "corp_id" | "public_url" | "region_group" | Numeric;
type SecretName =
  | "app_secret"
  | "contacts_secret"
  | "archive_secret"
  | "callback_token"
  | "callback_aes_key";

function useOrigin(settings: WecomSettings, name: string): { fixed: boolean; told: string } {
  const { t } = useText();
  const source = settings.source?.[name];
  const fixed = source === "env" || source === "file";
  return { fixed, told: fixed ? t(`ui.wecom.from.${source}`) : "" };
}

function Plain(props: { name: PlainName; settings: WecomSettings }) {
  const { t } = useText();
  const { fixed, told } = useOrigin(props.settings, props.name);
  const numeric = props.name === "agent_id" || props.name === "first_contact_hours";
  return (
    <Form.Item
      name={props.name}
      label={t(`ui.wecom.${props.name}`)}
      extra={told || t(`ui.wecom.${props.name}.where`)}
    >
      {numeric ? (
        <InputNumber
          style={{ width: "100%" }}
          min={1}
          controls={false}
          {...(fixed ? { disabled: true } : {})}
        />
      ) : (
        <Input maxLength={500} autoComplete="off" {...(fixed ? { disabled: true } : {})} />
      )}
    </Form.Item>
  );
}

/** Goes in, never comes out. */
function Secret(props: { name: SecretName; set: boolean; settings: WecomSettings }) {
  const { t } = useText();
  const { fixed, told } = useOrigin(props.settings, props.name);
  return (
    <Form.Item
      name={props.name}
      label={t(`ui.wecom.${props.name}`)}
      extra={told || t(`ui.wecom.${props.name}.where`)}
    >
      <Input.Password
        maxLength={500}
        autoComplete="new-password"
        placeholder={t(props.set ? "ui.wecom.secret.set" : "ui.wecom.secret.unset")}
        {...(fixed ? { disabled: true } : {})}
      />
    </Form.Item>
  );
}
