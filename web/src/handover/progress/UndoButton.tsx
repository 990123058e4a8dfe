import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { App, Button } from "antd";
import { handovers, leavers } from "../../api/calls";
import type { Handover } from "../../api/contract";
import { useText } from "../../app/appearance";
import { useTold } from "../../elements/Problems";

/** Plans to move everything back; shown when the leaver is employed again. */
export function UndoButton(props: { handover: Handover }) {
  const { t } = useText();
  const told = useTold();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { handover } = props;
  const asked = handover.kind === "resigned" && handover.counts.taken_over > 0;
  const leaver = useQuery({
    queryKey: ["leavers", "one", handover.leaver],
    queryFn: () => leavers.get(handover.leaver),
    enabled: asked,
  });
  const undo = useMutation({
    mutationFn: () => handovers.undo(handover.id),
    onSuccess: (page) => {
      void queries.invalidateQueries({ queryKey: ["handovers"] });
      void message.success(t("ui.undo.made", { count: page.items.length }));
      void navigate({ to: "/handovers", search: { state: "draft" } });
    },
    onError: (error) => void message.error(told(error)),
  });
  if (leaver.data?.reason !== "employed") return null;
  const ask = () =>
    void modal.confirm({
      title: t("ui.undo.title", { name: handover.leaver_name || handover.leaver }),
      content: t("ui.undo.told"),
      okText: t("ui.undo.act"),
      cancelText: t("ui.cancel.keep"),
      onOk: () => undo.mutateAsync().catch(() => {}),
    });
  return (
    <Button onClick={ask} loading={undo.isPending}>
      {t("ui.undo")}
    </Button>
  );
}
