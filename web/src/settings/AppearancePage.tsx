import { Form, Radio } from "antd";
import { type Choice, useAppearance } from "../app/appearance";
import { PageFrame } from "../elements/PageFrame";
import { useSession } from "../session/session";

export function AppearancePage() {
  const { text, choose, language, colours, density } = useAppearance();
  const { t } = text;
  const { server } = useSession();
  const languages: { value: Choice["language"]; label: string }[] = [
    { value: "zh", label: "中文" },
    { value: "en", label: "English" },
  ];
  return (
    <PageFrame
      title={t("ui.menu.appearance")}
      told={t("ui.appearance.told")}
      crumbs={[{ title: t("ui.menu.settings") }, { title: t("ui.menu.appearance") }]}
    >
      <section className="card">
        <Form layout="vertical" component="div">
          <Form.Item label={t("ui.appearance.language")}>
            <Radio.Group
              aria-label={t("ui.appearance.language")}
              value={language}
              options={languages}
              onChange={(event) => choose({ language: event.target.value })}
            />
          </Form.Item>
          <Form.Item label={t("ui.appearance.colours")}>
            <Radio.Group
              aria-label={t("ui.appearance.colours")}
              value={colours}
              options={(["light", "dark", "system"] as const).map((value) => ({
                value,
                label: t(`ui.appearance.colours.${value}`),
              }))}
              onChange={(event) => choose({ colours: event.target.value })}
            />
          </Form.Item>
          <Form.Item label={t("ui.appearance.density")} style={{ margin: 0 }}>
            <Radio.Group
              aria-label={t("ui.appearance.density")}
              value={density}
              options={(["comfortable", "compact"] as const).map((value) => ({
                value,
                label: t(`ui.appearance.density.${value}`),
              }))}
              onChange={(event) => choose({ density: event.target.value })}
            />
          </Form.Item>
        </Form>
      </section>
      <p className="soft small">{t("ui.version", { version: server.version })}</p>
    </PageFrame>
  );
}
