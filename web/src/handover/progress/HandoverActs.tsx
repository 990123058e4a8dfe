import { DownloadOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { App, Button } from "antd";
import { handovers } from "../../api/calls";
import type { Handover } from "../../api/contract";
import { useText } from "../../app/appearance";
import { useTold } from "../../elements/Problems";

const route = getRouteApi("/handovers/$id");

/** The rows as they are filtered now, as a file. */
export function ExportButton(props: { handover: Handover }) {
  const { t } = useText();
  const { state, successor, kind, q } = route.useSearch();
  const filter = { state, successor, subject_kind: kind, q };
  return (["csv", "xlsx"] as const).map((format) => (
    <Button
      key={format}
      icon={<DownloadOutlined />}
      href={handovers.exportAddress(props.handover.id, filter, format)}
      download
    >
      {t(format === "csv" ? "ui.export" : "ui.export.xlsx")}
    </Button>
  ));
}

export function CancelButton(props: { handover: Handover }) {
  const { t } = useText();
  const told = useTold();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const { handover } = props;
  const { planned, postponed, awaiting_approval } = handover.counts;
  const cancel = useMutation({
    mutationFn: () => handovers.cancel(handover.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["handovers"] }),
    onError: (error) => void message.error(told(error)),
  });
  const ask = () =>
    void modal.confirm({
      title: t("ui.cancel.title", { count: planned + postponed + awaiting_approval }),
      content: t("ui.cancel.told"),
      okText: t("ui.cancel.act"),
      okButtonProps: { danger: true },
      cancelText: t("ui.cancel.keep"),
      onOk: () => cancel.mutateAsync().catch(() => {}),
    });
  return (
    <Button danger onClick={ask} loading={cancel.isPending}>
      {t("ui.cancel")}
    </Button>
  );
}
