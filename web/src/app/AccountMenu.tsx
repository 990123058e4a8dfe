import {
  BgColorsOutlined,
  GlobalOutlined,
  KeyOutlined,
  LogoutOutlined,
  UserOutlined,
} from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, Modal } from "antd";
import { useState } from "react";
import { session } from "../api/calls";
import { ChangePassword } from "../session/ChangePassword";
import { sessionQuery, useSession } from "../session/session";
import { useAppearance } from "./appearance";

export function AccountMenu() {
  const { text, choose, dark } = useAppearance();
  const { t, find } = text;
  const { account } = useSession();
  const queries = useQueryClient();
  const [changing, setChanging] = useState(false);
  const leave = useMutation({
    mutationFn: session.signOut,
    onSettled: () => {
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      queries.setQueryData(sessionQuery.queryKey, null);
    },
  });
  const other = text.language === "zh" ? "en" : "zh";
  const items = [
    {
      key: "who",
      disabled: true,
      label: `${account.login} · ${find(`ui.role.${account.role}`) ?? account.role}`,
    },
    { key: "password", icon: <KeyOutlined />, label: t("ui.password.title") },
    {
      key: "dark",
      icon: <BgColorsOutlined />,
      label: t(dark ? "ui.appearance.to_light" : "ui.appearance.to_dark"),
    },
    { key: "out", icon: <LogoutOutlined />, label: t("ui.sign_out") },
  ];
  const act = (key: string) => {
    if (key === "password") setChanging(true);
    if (key === "dark") choose({ colours: dark ? "light" : "dark" });
    if (key === "out") leave.mutate();
  };
  return (
    <>
      <Button
        type="text"
        icon={<GlobalOutlined />}
        lang={other === "en" ? "en" : "zh-CN"}
        onClick={() => choose({ language: other })}
      >
        {other === "en" ? "English" : "中文"}
      </Button>
      <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => act(key) }}>
        <Button type="text" icon={<UserOutlined />} aria-haspopup="menu">
          {account.name || account.login}
        </Button>
      </Dropdown>
      <Modal
        open={changing}
        title={t("ui.password.title")}
        footer={null}
        destroyOnHidden
        onCancel={() => setChanging(false)}
      >
        <ChangePassword onDone={() => setChanging(false)} />
      </Modal>
    </>
  );
}
