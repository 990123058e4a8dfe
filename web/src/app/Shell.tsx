/** Menu, bar and the page. A person sees only what their rights allow. */

import {
  AuditOutlined,
  ContactsOutlined,
  DashboardOutlined,
  MenuOutlined,
  MessageOutlined,
  SettingOutlined,
  SwapOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { Button, Drawer, Layout, Menu, Tag } from "antd";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Act } from "../api/contract";
import { StepUp } from "../session/StepUp";
import { useSession } from "../session/session";
import { AccountMenu } from "./AccountMenu";
import { useText } from "./appearance";
import { Logo } from "./Logo";
import type { Key } from "./text";

interface Entry {
  to: string;
  word: Key;
  act: Act | null;
}

interface Group {
  key: string;
  word: Key;
  icon: ReactNode;
  entries: Entry[];
}

const GROUPS: Group[] = [
  {
    key: "handover",
    word: "ui.menu.handover",
    icon: <SwapOutlined />,
    entries: [
      { to: "/leavers", word: "ui.menu.leavers", act: "leaver.view" },
      { to: "/cases", word: "ui.menu.cases", act: "case.view" },
      { to: "/handovers", word: "ui.menu.handovers", act: "handover.view" },
      { to: "/departures", word: "ui.menu.departures", act: "departure.view" },
      { to: "/outcome", word: "ui.menu.outcome", act: "outcome.view" },
      { to: "/approvals", word: "ui.menu.approvals", act: "handover.view" },
      { to: "/orphans", word: "ui.menu.orphans", act: "customer.view" },
      { to: "/rules", word: "ui.menu.rules", act: "rule.view" },
      { to: "/team", word: "ui.menu.team", act: "team.view" },
      { to: "/contact-ways", word: "ui.menu.contact_ways", act: "contact_way.view" },
    ],
  },
  {
    key: "customers",
    word: "ui.menu.customer",
    icon: <ContactsOutlined />,
    entries: [
      { to: "/customers", word: "ui.menu.customers", act: "customer.view" },
      { to: "/first-contacts", word: "ui.menu.first_contacts", act: "handover.view" },
    ],
  },
  {
    key: "archive",
    word: "ui.menu.archive",
    icon: <MessageOutlined />,
    entries: [
      { to: "/archive/search", word: "ui.menu.archive_search", act: "archive.read" },
      { to: "/archive/conversations", word: "ui.menu.conversations", act: "archive.read" },
      { to: "/archive/reviews", word: "ui.menu.archive_reviews", act: "archive.review" },
      { to: "/archive", word: "ui.menu.archive_status", act: "archive.status" },
      { to: "/archive/policies", word: "ui.menu.archive_policies", act: "archive.status" },
      { to: "/archive/holds", word: "ui.menu.archive_holds", act: "archive.keeping" },
      { to: "/archive/erasures", word: "ui.menu.archive_erasures", act: "archive.keeping" },
    ],
  },
  {
    key: "trust",
    word: "ui.menu.trust",
    icon: <AuditOutlined />,
    entries: [{ to: "/trust/audit", word: "ui.menu.audit", act: "audit.view" }],
  },
  {
    key: "settings",
    word: "ui.menu.settings",
    icon: <SettingOutlined />,
    entries: [
      { to: "/settings/wecom", word: "ui.menu.wecom", act: "settings.view" },
      { to: "/settings/sync", word: "ui.menu.sync", act: "sync.view" },
      { to: "/settings/approval", word: "ui.menu.approval_rules", act: "settings.change" },
      { to: "/settings/checklists", word: "ui.menu.checklists", act: "settings.change" },
      { to: "/settings/texts", word: "ui.menu.texts", act: "handover.plan" },
      { to: "/settings/accounts", word: "ui.menu.accounts", act: "account.manage" },
      { to: "/settings/appearance", word: "ui.menu.appearance", act: null },
    ],
  },
];

const SINGLES = [
  { to: "/", word: "ui.menu.today", act: "overview.view", icon: <DashboardOutlined /> },
  { to: "/my", word: "ui.menu.my", act: "my.view", icon: <TeamOutlined /> },
] as const;

/** What the server told in the language of before is asked for again. */
function useRetold(): void {
  const { language } = useText();
  const queries = useQueryClient();
  const told = useRef(language);
  useEffect(() => {
    if (told.current === language) return;
    told.current = language;
    void queries.invalidateQueries();
  }, [language, queries]);
}

export function Shell() {
  const { t } = useText();
  useRetold();
  const { server } = useSession();
  const [open, setOpen] = useState(false);
  return (
    <Layout className="shell">
      <a className="skip" href="#content">
        {t("ui.skip")}
      </a>
      <Layout.Sider theme="light" width={216} className="shell-side" aria-label={t("ui.product")}>
        <Brand />
        <MainMenu />
      </Layout.Sider>
      <Layout>
        <Layout.Header className="shell-bar">
          <Button
            className="only-narrow"
            type="text"
            icon={<MenuOutlined />}
            aria-label={t("ui.menu")}
            onClick={() => setOpen(true)}
          />
          <div className="grow">{server.demo && <Tag>{t("ui.demo")}</Tag>}</div>
          <AccountMenu />
        </Layout.Header>
        <Layout.Content id="content" tabIndex={-1}>
          <Outlet />
          <StepUp />
        </Layout.Content>
      </Layout>
      <Drawer
        placement="left"
        size={260}
        open={open}
        onClose={() => setOpen(false)}
        title={t("ui.product")}
        styles={{ body: { padding: 8 } }}
      >
        <MainMenu onGo={() => setOpen(false)} />
      </Drawer>
    </Layout>
  );
}

function Brand() {
  const { t } = useText();
  return (
    <div className="brand">
      <Logo />
      <span>{t("ui.product")}</span>
    </div>
  );
}

function MainMenu(props: { onGo?: () => void }) {
  const { t } = useText();
  const { permissions: may, account } = useSession();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const allowed = (act: Act | null) => act === null || may.includes(act);
  const link = (to: string, word: Key) => (
    <Link to={to} {...(props.onGo ? { onClick: props.onGo } : {})}>
      {t(word)}
    </Link>
  );
  const singles = SINGLES.filter(
    (one) => allowed(one.act) && (one.to !== "/my" || account.userid !== null),
  ).map((one) => ({
    key: one.to,
    icon: one.icon,
    label: link(one.to, one.word),
  }));
  const groups = GROUPS.map((group) => ({
    key: group.key,
    icon: group.icon,
    label: t(group.word),
    children: group.entries
      .filter((entry) => allowed(entry.act))
      .map((entry) => ({ key: entry.to, label: link(entry.to, entry.word) })),
  })).filter((group) => group.children.length > 0);
  const all = [
    ...singles.map((one) => one.key),
    ...groups.flatMap((g) => g.children.map((c) => c.key)),
  ];
  // The longest that fits: one entry's address may begin with another's.
  const here = all
    .filter((to) => (to === "/" ? path === "/" : path.startsWith(to)))
    .sort((one, other) => other.length - one.length)
    .slice(0, 1);
  return (
    <nav aria-label={t("ui.menu")}>
      <Menu
        mode="inline"
        style={{ borderInlineEnd: 0 }}
        selectedKeys={here}
        defaultOpenKeys={GROUPS.map((group) => group.key)}
        items={[...singles, ...groups]}
      />
    </nav>
  );
}
