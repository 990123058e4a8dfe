import type { Page } from "@playwright/test";
import { api, expect, expectAccessible, looking, signIn, test, truth } from "./person";

interface Customers {
  items: { external_userid: string }[];
}

interface Team {
  items: { userid: string; eligible: boolean; customers: number }[];
}

interface Draft {
  id: string;
  version: number;
  counts: { planned: number; awaiting_approval: number };
}

const CHOSEN = "a password of their own";

/** An account of somebody else, who has chosen a password already. */
async function colleague(page: Page, name: string): Promise<string> {
  const login = `approver-${Date.now().toString(36)}`;
  const { body } = await api<{ password: string }>(page, "POST", "accounts", {
    login,
    name,
    role: "super_admin",
  });
  await page.context().clearCookies();
  await page.goto("/");
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill(body.password);
  await page.getByRole("button", { name: "登录" }).click();
  await page.getByLabel("当前密码").fill(body.password);
  await page.getByLabel("新密码", { exact: true }).fill(CHOSEN);
  await page.getByLabel("再次输入新密码").fill(CHOSEN);
  await page.getByRole("button", { name: "保存新密码" }).click();
  await expect(page.getByRole("navigation", { name: "菜单" })).toBeVisible();
  return login;
}

interface Started {
  id: string;
  leaver: string;
  important: string[];
}

/** A handover in service of three customers, two of them important. */
async function started(page: Page): Promise<Started> {
  const members = (await api<Team>(page, "GET", "members?limit=100&status=active")).body.items;
  const [busiest] = members.sort((one, other) => other.customers - one.customers);
  const leaver = busiest?.userid ?? "";
  const theirs = `customers?member=${leaver}&state=served&passed_on=false&limit=3`;
  const customers = (await api<Customers>(page, "GET", theirs)).body.items;
  expect(customers).toHaveLength(3);
  const ids = customers.map((one) => one.external_userid);
  const items = ids.map((id, nth) => ({ external_userid: id, value: nth < 2 ? 9_500 : 5 }));
  expect((await api(page, "POST", "customer-profiles", { items })).status).toBe(200);
  const fit = await api<Team>(
    page,
    "GET",
    `members?limit=100&status=active&successor_for=${leaver}`,
  );
  const to = fit.body.items.filter((one) => one.eligible).map((one) => one.userid);
  const draft = await api<Draft>(page, "POST", "handovers", {
    leaver,
    kind: "in_service",
    customers: { filter: { value_min: 1 } },
    assignment: { mode: "evenly", to: to.slice(0, 3) },
  });
  expect(draft.status, JSON.stringify(draft.body)).toBe(201);
  const { id, counts } = draft.body;
  expect(counts).toMatchObject({ planned: 1, awaiting_approval: 2 });
  await page.goto(`/handovers/new?draft=${id}&leaver=${leaver}&step=4`);
  await expect(page.getByText("草稿：交接尚未开始")).toBeVisible();
  await expect(page.getByText("2 项要等审批后才会提交")).toBeVisible();
  await expect(page.getByText("重点客户（规则 1）：2")).toBeVisible();
  await expectAccessible(page);
  // Whoever looks at what others are asked does not plan it anew.
  const seen = await api<{ version: number }>(page, "GET", `handovers/${id}`);
  expect(seen.body.version).toBe(draft.body.version);
  await page.goto(`/handovers/new?draft=${id}&leaver=${leaver}&step=5`);
  await expect(page.getByText("2 项须先审批")).toBeVisible();
  await page.getByRole("checkbox", { name: /1 项/ }).check();
  await page.getByRole("button", { name: /^开始交接/ }).click();
  await expect(page).toHaveURL(new RegExp(`/handovers/${id}`));
  return { id, leaver, important: ids.slice(0, 2) };
}

async function another(page: Page, login?: string, password?: string): Promise<void> {
  await page.context().clearCookies();
  await signIn(page, login, password);
}

test("s19 important customers move when two others have said yes, and not before", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await signIn(page);
  const before = await api<object>(page, "GET", "settings/approval");
  await page.getByRole("link", { name: "审批", exact: true }).click();
  await page.getByRole("main").getByRole("link", { name: "审批与改派策略" }).click();
  await expect(page).toHaveURL(/settings\/approval/);
  const form = page.locator("form");
  await form.getByRole("button", { name: "添加重点客户规则" }).click();
  await form.getByRole("button", { name: "保存" }).click();
  await expect(form.getByRole("alert")).toContainText("没有任何条件");
  await expectAccessible(page);
  await form.getByRole("button", { name: "更多条件" }).click();
  await form.getByRole("spinbutton", { name: "客户价值 最少" }).fill("9000");
  await expectAccessible(page);
  await expect(form.getByText(/^需要审批的客户：.*9000/)).toBeVisible();
  await form.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("已保存")).toBeVisible();

  const { id, leaver, important } = await started(page);
  await page.goto("/approvals");
  await expect(page.getByRole("heading", { name: "2 项待审批" })).toBeVisible();
  await expect(page.getByText("方案制定人与离职成员本人不能审批")).toBeVisible();
  await expectAccessible(page);
  const moved = async () =>
    (await truth(page, leaver)).filter((one) => important.includes(one.external_userid)).length;
  const state = async () => (await api<Draft>(page, "GET", `handovers/${id}`)).body.counts;
  expect((await state()).awaiting_approval).toBe(2);

  const first = await colleague(page, "初审");
  await page.goto(`/handovers/${id}`);
  const panel = page.getByRole("region", { name: "2 项待审批" });
  await expect(panel.getByText("重点客户（规则 1）").first()).toBeVisible();
  await panel.getByRole("button", { name: "同意", exact: true }).click();
  await expect(panel.getByText("您已同意，还需另一人同意。")).toBeVisible();
  expect(await moved(), "one yes is not two").toBe(0);

  await another(page);
  const second = await colleague(page, "复审");
  expect(second).not.toBe(first);
  await page.goto("/approvals");
  await expect(page.getByText("初审 · 同意")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "同意", exact: true }).click();
  await expect(page.getByText("没有待审批的交接")).toBeVisible();
  await page.getByText("已决定").click();
  const decided = page.getByRole("row", { name: /初审.*复审/ });
  await expect(decided).toContainText("同意");
  await expectAccessible(page);
  await expect.poll(moved, { timeout: 60_000 }).toBe(2);

  await another(page);
  expect((await api(page, "PUT", "settings/approval", before.body)).status).toBe(200);
});
