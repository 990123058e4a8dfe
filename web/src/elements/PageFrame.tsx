import { Link } from "@tanstack/react-router";
import { Breadcrumb } from "antd";
import { type ReactNode, useEffect } from "react";
import { useText } from "../app/appearance";

export interface Crumb {
  title: string;
  to?: string;
}

/** Breadcrumb, title, one line that says what this is, and the main action. */
export function PageFrame(props: {
  title: ReactNode;
  told?: ReactNode;
  crumbs?: Crumb[];
  action?: ReactNode;
  name?: string;
  children: ReactNode;
}) {
  const { t } = useText();
  const name = props.name ?? (typeof props.title === "string" ? props.title : "");
  useEffect(() => {
    document.title = name ? `${name} · ${t("ui.product")}` : t("ui.product");
  }, [name, t]);
  return (
    <div className="page">
      {props.crumbs && (
        <Breadcrumb
          className="small"
          style={{ marginBottom: 6 }}
          items={props.crumbs.map((crumb) => ({
            title: crumb.to ? <Link to={crumb.to}>{crumb.title}</Link> : crumb.title,
          }))}
        />
      )}
      <div className="page-head">
        <div className="grow">
          <h1>{props.title}</h1>
          {props.told && <p className="told">{props.told}</p>}
        </div>
        {props.action && <div className="row">{props.action}</div>}
      </div>
      {props.children}
    </div>
  );
}
