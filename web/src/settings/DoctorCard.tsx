import {
  CheckCircleFilled,
  CloseCircleFilled,
  ExclamationCircleFilled,
  MinusCircleOutlined,
} from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import type { ReactNode } from "react";
import { settings } from "../api/calls";
import type { DoctorLine } from "../api/contract";
import { useText } from "../app/appearance";
import { STATE_COLOURS } from "../app/theme";
import { Moment } from "../elements/Moment";
import { Loaded, Nothing, useTold } from "../elements/Problems";
import { useMay } from "../session/session";

const ICONS: Record<DoctorLine["state"], ReactNode> = {
  ok: <CheckCircleFilled style={{ color: STATE_COLOURS.taken_over }} />,
  warning: <ExclamationCircleFilled style={{ color: STATE_COLOURS.postponed }} />,
  failed: <CloseCircleFilled style={{ color: STATE_COLOURS.refused }} />,
  skipped: <MinusCircleOutlined />,
};

/** Is it set up right; every line that is not says what to do. */
export function DoctorCard() {
  const { t } = useText();
  const told = useTold();
  const queries = useQueryClient();
  const mayRun = useMay("doctor.run");
  const last = useQuery({ queryKey: ["doctor"], queryFn: settings.lastDoctor });
  const run = useMutation({
    mutationFn: settings.runDoctor,
    onSuccess: (fresh) => queries.setQueryData(["doctor"], fresh),
  });
  return (
    <section className="card" aria-busy={run.isPending}>
      <div className="row spread">
        <h2 style={{ margin: 0, fontSize: 15 }}>{t("ui.doctor.title")}</h2>
        <span className="row">
          {last.data?.checked_at ? (
            <span className="soft small">
              <Moment at={last.data.checked_at} />
            </span>
          ) : null}
          {mayRun && (
            <Button loading={run.isPending} onClick={() => run.mutate()}>
              {t("ui.doctor.run")}
            </Button>
          )}
        </span>
      </div>
      {run.error && (
        <Alert type="error" showIcon title={told(run.error)} style={{ marginTop: 12 }} />
      )}
      <Loaded of={last} lines={4}>
        {(data) =>
          data.lines.length === 0 ? (
            <Nothing told={t("ui.doctor.empty")} />
          ) : (
            <ul className="doctor">
              {data.lines.map((line) => (
                <Line key={line.check} line={line} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}

function Line(props: { line: DoctorLine }) {
  const { t } = useText();
  const { line } = props;
  return (
    <li>
      <span role="img" aria-label={t(`ui.doctor.state.${line.state}`)}>
        {ICONS[line.state]}
      </span>
      <strong>{line.title}</strong>
      <span className="detail">
        {line.detail}
        {line.errcode ? <span className="mono soft"> {line.errcode}</span> : null}
      </span>
      {line.fix && line.state !== "ok" && <span className="fix soft">{line.fix}</span>}
    </li>
  );
}
