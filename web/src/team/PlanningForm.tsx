import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, InputNumber } from "antd";
import { settings } from "../api/calls";
import type { PlanningSettings } from "../api/contract";
import { useText } from "../app/appearance";
import { useTold } from "../elements/Problems";

/** What plans are made by, for the whole corp. */
export function PlanningForm(props: { known: PlanningSettings; onDone: () => void }) {
  const { t } = useText();
  const told = useTold();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: settings.savePlanning,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["settings", "planning"] });
      await queries.invalidateQueries({ queryKey: ["team"] });
      props.onDone();
    },
  });
  return (
    <Form<PlanningSettings>
      layout="vertical"
      initialValues={props.known}
      onFinish={(typed) => save.mutate(typed)}
    >
      {save.error && (
        <Alert type="error" showIcon title={told(save.error)} style={{ marginBottom: 16 }} />
      )}
      <Form.Item
        name="business_group"
        label={t("ui.team.planning.business")}
        rules={[{ required: true, whitespace: true }]}
      >
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item
        name="customer_limit"
        label={t("ui.team.planning.limit")}
        rules={[{ required: true }]}
      >
        <InputNumber min={1} max={20000} precision={0} style={{ width: "100%" }} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={save.isPending}>
        {t("ui.save")}
      </Button>
    </Form>
  );
}
