/** The designed answers of a page that has nothing to show. */

import { Button, Empty, Result, Skeleton } from "antd";
import type { ReactNode } from "react";
import { Problem } from "../api/client";
import type { Act } from "../api/contract";
import { useText } from "../app/appearance";
import { useMay } from "../session/session";

/** The answer to any failed question. */
export function ProblemView(props: { error: unknown; retry?: () => void }) {
  if (props.error instanceof Problem && props.error.code === "forbidden") return <NoPermission />;
  return <Broken {...props} />;
}

/** What happened, its code, what to do, and a way to try again. */
export function Broken(props: { error: unknown; retry?: () => void }) {
  const { t, find } = useText();
  const problem =
    props.error instanceof Problem ? props.error : new Problem(-1, { code: "broken" });
  const told = problem.detail || find(`ui.problem.${problem.code}`) || t("ui.problem.other");
  return (
    <Result
      status={problem.status === 404 ? "404" : "warning"}
      icon={problem.status === 404 ? undefined : null}
      title={find(`ui.problem.${problem.code}.title`) ?? t("ui.problem.title")}
      subTitle={
        <span>
          {told}
          <br />
          <span className="mono">
            {problem.code}
            {problem.traceId ? ` · ${problem.traceId}` : ""}
          </span>
        </span>
      }
      extra={
        props.retry && (
          <Button type="primary" onClick={props.retry}>
            {t("ui.retry")}
          </Button>
        )
      }
    />
  );
}

export function NoPermission() {
  const { t } = useText();
  return (
    <Result
      status="403"
      title={t("ui.problem.forbidden.title")}
      subTitle={t("ui.problem.forbidden")}
    />
  );
}

/** Shows its children only to those who have the right. */
export function Needs(props: { act: Act; children: ReactNode }) {
  return useMay(props.act) ? props.children : <NoPermission />;
}

export function Nothing(props: { told: ReactNode; next?: ReactNode }) {
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={props.told}>
      {props.next}
    </Empty>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** Loading, failed or there: the three states of everything that is fetched. */
export function Loaded<T>(props: {
  of: Asked<T>;
  lines?: number;
  children: (data: T) => ReactNode;
}) {
  const { data, error, refetch } = props.of;
  if (data !== undefined) return props.children(data);
  if (error) return <ProblemView error={error} retry={() => void refetch()} />;
  return <Skeleton active title={false} paragraph={{ rows: props.lines ?? 6 }} />;
}

/** One sentence for a message bar. */
export function useTold(): (error: unknown) => string {
  const { t, find } = useText();
  return (error) => {
    if (!(error instanceof Problem)) return t("ui.problem.other");
    const fields = error.fields.map((field) => field.message).join(" ");
    const detail = error.detail || find(`ui.problem.${error.code}`) || t("ui.problem.other");
    return fields && !detail.includes(fields) ? `${detail} ${fields}` : detail;
  };
}
