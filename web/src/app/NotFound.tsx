import { Link } from "@tanstack/react-router";
import { Result } from "antd";
import { useText } from "./appearance";

export function NotFound() {
  const { t } = useText();
  return (
    <Result
      status="404"
      title={<h1 style={{ font: "inherit", margin: 0 }}>{t("ui.not_found.title")}</h1>}
      subTitle={t("ui.not_found")}
      extra={<Link to="/">{t("ui.not_found.home")}</Link>}
    />
  );
}
