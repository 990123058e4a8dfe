import { api, expect, expectAccessible, LEAVER, looking, signIn, test } from "./person";

interface Listed {
  items: { userid: string; name: string }[];
}

/** A leaver whom codes still name, other than the one the handover's test is about. */
async function somebody(page: Parameters<typeof api>[0]): Promise<string> {
  const { body } = await api<Listed>(page, "GET", "leavers?state=all&limit=100");
  for (const { userid } of body.items) {
    const ways = await api<{ total: number }>(page, "GET", `leavers/${userid}/contact-ways`);
    if (userid !== LEAVER && ways.body.total > 0) return userid;
  }
  throw new Error("no leaver is named by a contact way");
}

test("codes that lead to a leaver are pointed to somebody, and what is by hand is ticked", async ({
  page,
  context,
}) => {
  test.setTimeout(90_000);
  await looking(context, {});
  await signIn(page);
  await page
    .getByRole("navigation", { name: "菜单" })
    .getByRole("link", { name: "联系我" })
    .click();
  await expect(page.getByRole("table", { name: "联系我" }).getByRole("row").first()).toBeVisible();
  await page.getByText("仍指向离职成员", { exact: true }).click();
  await expect(page).toHaveURL(/left=/);
  await expect(page.getByRole("link", { name: /已离职/ }).first()).toBeVisible();
  await expectAccessible(page);

  const leaver = await somebody(page);
  await page.goto(`/leavers/${leaver}?tab=contact_ways`);
  const choices = page.getByRole("combobox", { name: /选择接替成员/ });
  await expect(choices.first()).toBeVisible();
  await expectAccessible(page);
  for (let nth = 0; nth < (await choices.count()); nth += 1) {
    await choices.nth(nth).click();
    const open = page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)");
    await open
      .locator(".ant-select-item-option:not(.ant-select-item-option-disabled)")
      .first()
      .click();
  }
  await page.getByRole("button", { name: /^改为指向接替成员/ }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /修\s?改/ })
    .click();
  await expect(page.getByText("没有活码或链接指向该成员")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("已修改").first()).toBeVisible();
  const after = await api<{ total: number; changed: { state: string; changed: string[] }[] }>(
    page,
    "GET",
    `leavers/${leaver}/contact-ways`,
  );
  expect(after.body.total).toBe(0);
  expect(after.body.changed.every((one) => one.state === "done" && one.changed.length === 0)).toBe(
    true,
  );

  const stored = page.waitForResponse((answer) => answer.request().method() !== "GET");
  await page.getByRole("checkbox", { name: /^欢迎语/ }).check();
  expect((await stored).ok()).toBe(true);
  await expect(page.getByText(/已处理/).last()).toBeVisible();
  await page.reload();
  await expect(page.getByRole("checkbox", { name: /^欢迎语/ })).toBeChecked();
  await expectAccessible(page);
});
