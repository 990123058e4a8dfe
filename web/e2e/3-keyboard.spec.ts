import { api, expect, LOGIN, looking, PASSWORD, tabTo, test } from "./person";

interface Members {
  items: { userid: string; customers: number; customer_contact: boolean; eligible: boolean }[];
}

test("a handover is prepared and started with the keyboard alone", async ({ page, context }) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await page.goto("/");
  await expect(page.getByLabel("账号")).toBeFocused();
  await page.keyboard.type(LOGIN);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "待办" })).toBeVisible();

  // Somebody who stays and gives customers away: the other tests need the leaver.
  const known = await api<Members>(page, "GET", "members?status=active&limit=1000");
  const giver = known.body.items
    .filter((one) => one.customer_contact && one.eligible && one.customers > 0)
    .sort((one, other) => one.customers - other.customers)[0];
  expect(giver).toBeDefined();
  const userid = giver?.userid ?? "";

  await tabTo(page, page.getByRole("link", { name: "新建交接" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("radio", { name: "离职继承" }));
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "在职继承" })).toBeChecked();
  await tabTo(page, page.getByRole("searchbox", { name: "搜索姓名或账号" }));
  await page.keyboard.type(userid);
  const choice = page.getByRole("radiogroup", { name: "交接谁的客户" }).getByRole("radio");
  await expect(choice).toHaveCount(1);
  await tabTo(page, choice);
  await page.keyboard.press("Space");
  const next = page.getByRole("button", { name: "下一步" });
  await tabTo(page, next);
  await page.keyboard.press("Enter");

  await expect(
    page.getByRole("heading", { name: /第 2 步/ }),
    "the step is read out",
  ).toBeFocused();
  await tabTo(page, next);
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { name: /第 3 步/ })).toBeFocused();
  await tabTo(page, page.getByRole("combobox", { name: "接替成员", exact: true }));
  await page.keyboard.press("ArrowDown");
  await expect(page.locator(".ant-select-item-option-active").first()).toBeVisible();
  await page.keyboard.press("Enter");
  await tabTo(page, next);
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { name: /第 4 步/ })).toBeFocused();
  await expect(
    page.getByRole("table", { name: "试算结果" }).getByRole("row").first(),
  ).toBeVisible();
  await tabTo(page, next);
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { name: /第 5 步/ })).toBeFocused();
  await tabTo(page, page.getByRole("checkbox", { name: /不能撤回/ }));
  await page.keyboard.press("Space");
  await tabTo(page, page.getByRole("button", { name: /^开始交接/ }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/handovers\/[0-9a-f-]{36}/);
  await expect(page.getByRole("table", { name: "客户与客户群" })).toBeVisible();
});
