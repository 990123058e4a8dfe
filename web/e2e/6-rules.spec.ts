import { api, expect, expectAccessible, LEAVER, looking, signIn, test } from "./person";

interface Leavers {
  items: {
    userid: string;
    days_left: number | null;
    customers_waiting: number;
    groups_waiting: number;
  }[];
}

test("s2 a rule set is written once and hands a leaver over with one click", async ({
  page,
  context,
}) => {
  await looking(context, {});
  await signIn(page);
  await page.getByRole("link", { name: "分配规则" }).click();
  await page.getByRole("link", { name: "新建规则方案" }).first().click();
  const save = page.getByRole("button", { name: "保存" });
  await expect(save, "a set without a name is not saved").toBeDisabled();
  await page.getByRole("textbox", { name: "方案名称" }).fill("标准交接");
  await page.getByRole("textbox", { name: "第 1 条规则的名称" }).fill("大客户");
  await page.getByRole("button", { name: "更多条件" }).click();
  await page.getByRole("spinbutton", { name: "客户价值 最少" }).fill("1000");
  await page.getByText("按级别", { exact: true }).click();
  await page.getByRole("button", { name: "添加规则" }).click();
  const second = page.locator("ol > li.card").nth(1);
  await second.getByText("部门", { exact: true }).click();
  await second.getByRole("combobox", { name: "第 2 条规则如何分" }).click();
  await page.locator(".ant-select-item-option", { hasText: "按匹配度" }).click();
  await expectAccessible(page);
  await save.click();

  await expect(page).toHaveURL(/\/rules$/);
  await expect(page.getByRole("link", { name: "标准交接" })).toBeVisible();
  await expect(page.getByText("客户价值 ≥ 1000")).toBeVisible();
  await page.mouse.move(0, 0);
  await expectAccessible(page);

  const leavers = await api<Leavers>(page, "GET", "leavers?limit=100");
  const other = leavers.body.items.find(
    (one) => one.userid !== LEAVER && (one.days_left ?? 0) > 0 && one.customers_waiting > 0,
  );
  expect(other, "the demo has another leaver with customers").toBeDefined();
  await page.goto(`/leavers/${other?.userid}`);
  await page.getByRole("button", { name: "按规则一键交接" }).click();
  await page.getByRole("button", { name: /^确认交接/ }).click();
  await expect(page).toHaveURL(/\/handovers\/[0-9a-f-]{36}/);
  await expect(page.locator(".page-head")).toContainText(/进行中|已完成/);
});

test("what is known of a member is written on the team page", async ({ page, context }) => {
  await looking(context, { language: "en" });
  await signIn(page);
  await page.getByRole("link", { name: "Team" }).click();
  const first = page.getByRole("button", { name: /^Edit / }).first();
  await first.click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("spinbutton", { name: "Weight" }).fill("3");
  await dialog.getByRole("switch", { name: "Away" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("row").nth(1)).toContainText("Yes");
  await expectAccessible(page);
});
