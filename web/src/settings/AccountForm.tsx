import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Select, TreeSelect } from "antd";
import { accounts, departments } from "../api/calls";
import { Problem } from "../api/client";
import type { Account, Role } from "../api/contract";
import { useText } from "../app/appearance";
import { nested } from "../elements/departments";
import { useTold } from "../elements/Problems";

const ROLES: Role[] = ["super_admin", "contact_admin", "auditor", "staff"];

interface Typed {
  login: string;
  name: string;
  role: Role;
  departments?: number[];
  userid?: string;
}

const FIELDS = ["login", "name", "role", "departments", "userid"] as const;

/** The fields a refusal is about, with what is wrong with each. */
function markedBy(problem: Problem) {
  return problem.fields.flatMap(({ path, message }) => {
    const name = FIELDS.find((field) => field === path);
    return name ? [{ name, errors: [message] }] : [];
  });
}

/** A new account, or the changeable parts of one that exists. */
export function AccountForm(props: {
  account: Account | undefined;
  onDone: (fresh?: { login: string; password: string }) => void;
}) {
  const { t } = useText();
  const told = useTold();
  const queries = useQueryClient();
  const [form] = Form.useForm<Typed>();
  const { account } = props;
  const tree = useQuery({ queryKey: ["departments"], queryFn: departments });
  const save = useMutation({
    mutationFn: async (typed: Typed) => {
      const userid = typed.userid?.trim();
      const rest = {
        name: typed.name.trim(),
        role: typed.role,
        departments: typed.departments ?? [],
      };
      if (account) {
        await accounts.change(account.id, { ...rest, userid: userid ?? "" });
        return undefined;
      }
      const made = await accounts.create({
        login: typed.login.trim(),
        ...rest,
        ...(userid ? { userid } : {}),
      });
      return { login: made.account.login, password: made.password };
    },
    onSuccess: async (fresh) => {
      await queries.invalidateQueries({ queryKey: ["accounts"] });
      props.onDone(fresh);
    },
    onError: (error) => {
      if (error instanceof Problem) form.setFields(markedBy(error));
    },
  });
  return (
    <Form<Typed>
      form={form}
      layout="vertical"
      onFinish={save.mutate}
      initialValues={account ?? { role: "contact_admin", departments: [] }}
    >
      {save.error && (
        <Alert type="error" showIcon title={told(save.error)} style={{ marginBottom: 16 }} />
      )}
      <Form.Item
        name="login"
        label={t("ui.accounts.login")}
        rules={[{ required: true, whitespace: true }]}
      >
        <Input disabled={Boolean(account)} maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="name"
        label={t("ui.accounts.name")}
        rules={[{ required: true, whitespace: true }]}
      >
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item name="role" label={t("ui.accounts.role")} rules={[{ required: true }]}>
        <Select
          options={ROLES.map((role) => ({
            value: role,
            label: t(`ui.role.${role}`),
            told: t(`ui.role.${role}.told`),
          }))}
          optionRender={(option) => (
            <span>
              {option.data.label}
              <span className="soft small ellipsis">{option.data.told}</span>
            </span>
          )}
        />
      </Form.Item>
      <Form.Item
        name="departments"
        label={t("ui.accounts.scope")}
        extra={t("ui.accounts.scope.told")}
      >
        <TreeSelect
          multiple
          allowClear
          treeDefaultExpandAll
          placeholder={t("ui.accounts.whole_corp")}
          treeData={nested(tree.data?.items ?? [])}
          showSearch={{ treeNodeFilterProp: "title" }}
        />
      </Form.Item>
      <Form.Item name="userid" label={t("ui.accounts.userid")} extra={t("ui.accounts.userid.told")}>
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={save.isPending}>
        {t("ui.save")}
      </Button>
    </Form>
  );
}
