import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, InputNumber, Select, Switch } from "antd";
import { team } from "../api/calls";
import type { MemberProfile, Teammate } from "../api/contract";
import { useText } from "../app/appearance";
import { useTold } from "../elements/Problems";

/** What is known of a member as a successor. */
export function ProfileForm(props: { mate: Teammate; onDone: () => void }) {
  const { t } = useText();
  const told = useTold();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (typed: MemberProfile) =>
      team.save(props.mate.userid, { ...typed, cap: typed.cap ?? null }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["team"] });
      props.onDone();
    },
  });
  return (
    <Form<MemberProfile>
      layout="vertical"
      initialValues={props.mate.profile}
      onFinish={save.mutate}
    >
      {save.error && (
        <Alert type="error" showIcon title={told(save.error)} style={{ marginBottom: 16 }} />
      )}
      <div className="grid-2" style={{ rowGap: 0 }}>
        <Form.Item name="skill" label={t("ui.team.skill")}>
          <Select
            options={[0, 1, 2, 3, 4, 5].map((level) => ({
              value: level,
              label: level || t("ui.team.skill.none"),
            }))}
          />
        </Form.Item>
        <Form.Item name="weight" label={t("ui.team.weight")} rules={[{ required: true }]}>
          <InputNumber min={1} max={100} precision={0} style={{ width: "100%" }} />
        </Form.Item>
      </div>
      <Form.Item name="cap" label={t("ui.team.cap")} extra={t("ui.team.cap.told")}>
        <InputNumber min={0} max={20000} precision={0} style={{ width: "100%" }} />
      </Form.Item>
      {(["regions", "business", "languages"] as const).map((list) => (
        <Form.Item key={list} name={list} label={t(`ui.team.${list}`)}>
          <Select mode="tags" />
        </Form.Item>
      ))}
      <Form.Item
        name="away"
        label={t("ui.team.away")}
        extra={t("ui.team.away.told")}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={save.isPending}>
        {t("ui.save")}
      </Button>
    </Form>
  );
}
