import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Modal, Table, Typography } from "antd";
import { useState } from "react";
import { accounts, departments } from "../api/calls";
import type { Account } from "../api/contract";
import { useText } from "../app/appearance";
import { STATE_COLOURS } from "../app/theme";
import { PageFrame } from "../elements/PageFrame";
import { Loaded, Needs, useTold } from "../elements/Problems";
import { Mark } from "../elements/StateMark";
import { Wide } from "../elements/Wide";
import { useSession } from "../session/session";
import { AccountForm } from "./AccountForm";

export function AccountsPage() {
  return (
    <Needs act="account.manage">
      <Accounts />
    </Needs>
  );
}

interface Fresh {
  login: string;
  password: string;
}

function Accounts() {
  const { t } = useText();
  const asked = useQuery({ queryKey: ["accounts"], queryFn: accounts.list });
  const [edited, setEdited] = useState<Account | "new" | null>(null);
  const [fresh, setFresh] = useState<Fresh | null>(null);
  return (
    <PageFrame
      title={t("ui.menu.accounts")}
      told={t("ui.accounts.told")}
      crumbs={[{ title: t("ui.menu.settings") }, { title: t("ui.menu.accounts") }]}
      action={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdited("new")}>
          {t("ui.accounts.new")}
        </Button>
      }
    >
      <section className="card">
        <Loaded of={asked}>
          {(data) => <List accounts={data.items} edit={setEdited} show={setFresh} />}
        </Loaded>
      </section>
      <Modal
        open={edited !== null}
        title={t(edited === "new" ? "ui.accounts.new" : "ui.accounts.edit")}
        footer={null}
        destroyOnHidden
        onCancel={() => setEdited(null)}
      >
        {edited && (
          <AccountForm
            account={edited === "new" ? undefined : edited}
            onDone={(password) => {
              setEdited(null);
              if (password) setFresh(password);
            }}
          />
        )}
      </Modal>
      <Modal
        open={fresh !== null}
        title={t("ui.accounts.password")}
        closable={false}
        footer={
          <Button type="primary" onClick={() => setFresh(null)}>
            {t("ui.accounts.password.noted")}
          </Button>
        }
      >
        <p>{t("ui.accounts.password.told", { login: fresh?.login ?? "" })}</p>
        <Typography.Paragraph copyable className="mono" style={{ fontSize: 16 }}>
          {fresh?.password ?? ""}
        </Typography.Paragraph>
      </Modal>
    </PageFrame>
  );
}

function List(props: {
  accounts: Account[];
  edit: (account: Account) => void;
  show: (fresh: Fresh) => void;
}) {
  const { t, find } = useText();
  const me = useSession().account.id;
  const { data: tree } = useQuery({ queryKey: ["departments"], queryFn: departments });
  const names = new Map(tree?.items.map((one) => [one.id, one.name]));
  const scope = (ids: number[]) =>
    ids.length === 0
      ? t("ui.accounts.whole_corp")
      : ids.map((id) => names.get(id) ?? String(id)).join(t("ui.comma"));
  return (
    <Wide label={t("ui.menu.accounts")}>
      <Table<Account>
        rowKey="id"
        size="middle"
        pagination={false}
        dataSource={props.accounts}
        columns={[
          { key: "login", title: t("ui.accounts.login"), render: (_, one) => one.login },
          { key: "name", title: t("ui.accounts.name"), render: (_, one) => one.name || "–" },
          {
            key: "role",
            title: t("ui.accounts.role"),
            render: (_, one) => find(`ui.role.${one.role}`) ?? one.role,
          },
          {
            key: "scope",
            title: t("ui.accounts.scope"),
            render: (_, one) => scope(one.departments),
          },
          { key: "userid", title: t("ui.accounts.userid"), render: (_, one) => one.userid || "–" },
          {
            key: "state",
            title: t("ui.handover.state"),
            render: (_, one) => (
              <Mark
                colour={one.disabled ? STATE_COLOURS.cancelled : STATE_COLOURS.taken_over}
                word={t(one.disabled ? "ui.accounts.disabled" : "ui.accounts.active")}
              />
            ),
          },
          {
            key: "act",
            title: t("ui.act"),
            render: (_, one) => <Acts account={one} mine={one.id === me} {...props} />,
          },
        ]}
      />
    </Wide>
  );
}

function Acts(props: {
  account: Account;
  mine: boolean;
  edit: (account: Account) => void;
  show: (fresh: Fresh) => void;
}) {
  const { t } = useText();
  const told = useTold();
  const queries = useQueryClient();
  const { modal, message } = App.useApp();
  const { account } = props;
  const failed = (error: unknown) => void message.error(told(error));
  const reset = useMutation({
    mutationFn: () => accounts.resetPassword(account.id),
    onSuccess: ({ password }) => props.show({ login: account.login, password }),
    onError: failed,
  });
  const toggle = useMutation({
    mutationFn: () => accounts.change(account.id, { disabled: !account.disabled }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["accounts"] }),
    onError: failed,
  });
  const ask = (title: string, act: () => Promise<unknown>) =>
    void modal.confirm({ title, onOk: () => act().catch(() => {}) });
  const verb = account.disabled ? "ui.accounts.enable" : "ui.accounts.disable";
  return (
    <span className="row">
      <Button size="small" onClick={() => props.edit(account)}>
        {t("ui.edit")}
      </Button>
      <Button
        size="small"
        disabled={props.mine}
        onClick={() =>
          ask(t("ui.accounts.reset.ask", { login: account.login }), () => reset.mutateAsync())
        }
      >
        {t("ui.accounts.reset")}
      </Button>
      <Button
        size="small"
        danger={!account.disabled}
        disabled={props.mine}
        onClick={() => ask(t(`${verb}.ask`, { login: account.login }), () => toggle.mutateAsync())}
      >
        {t(verb)}
      </Button>
    </span>
  );
}
