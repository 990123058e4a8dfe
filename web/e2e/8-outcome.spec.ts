import { readFileSync } from "node:fs";
import { api, expect, expectAccessible, looking, signIn, test } from "./person";

interface Departure {
  userid: string;
  name: string;
  customers: number;
  single_owner: number;
}

test("who would be missed is listed, explained and planned for", async ({ page, context }) => {
  await looking(context, {});
  await signIn(page);
  await page.getByRole("link", { name: "若此人离职" }).click();
  const list = page.getByRole("table", { name: "若此人离职" });
  await expect(list.getByRole("row").first()).toBeVisible();
  await expectAccessible(page);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "导出 CSV" }).click(),
  ]);
  const { body } = await api<{ items: Departure[]; total: number }>(
    page,
    "GET",
    "departures?limit=1",
  );
  const first = body.items[0] as Departure;
  const lines = readFileSync(await file.path(), "utf8")
    .trim()
    .split("\n");
  expect(lines.length - 1).toBe(body.total);
  expect(lines[1]).toContain(first.userid);

  await list.getByRole("link", { name: first.name, exact: true }).first().click();
  await expect(page.getByRole("heading", { name: `若 ${first.name} 离职` })).toBeVisible();
  await expect(page.locator(".figure", { hasText: "仅此人认识" })).toContainText(
    first.single_owner.toLocaleString("zh-CN"),
  );
  await expectAccessible(page);

  await page.getByRole("tab", { name: "交接期计划" }).click();
  await page.getByRole("spinbutton", { name: "每天最多交接客户" }).fill("3");
  await page.getByRole("button", { name: "生成计划" }).click();
  const compared = page.getByRole("region", { name: "与通常做法比较" });
  await expect(compared.getByRole("row", { name: /全部等到离职后/ })).toContainText("0");
  await expectAccessible(page);

  await page.getByRole("combobox", { name: "接替成员" }).click();
  await page
    .locator(".ant-select-item-option:not(.ant-select-item-option-disabled)")
    .first()
    .click();
  await page.getByRole("heading", { name: "生成交接草稿" }).click();
  await page.getByRole("textbox", { name: "给客户的提示语" }).fill("以后由同事为您服务");
  await page.getByRole("button", { name: "生成草稿" }).click();
  await expect(page.getByText(/已生成 \d+ 份草稿/)).toBeVisible();
  const { body: drafts } = await api<{ items: { id: string; leaver: string }[] }>(
    page,
    "GET",
    "handovers?state=draft&limit=1000",
  );
  const mine = drafts.items.filter((one) => one.leaver === first.userid);
  expect(mine.length).toBeGreaterThan(0);
  for (const one of mine) await api(page, "DELETE", `handovers/${one.id}`);

  // Who is still there hands over in service, everything they have.
  await page.getByRole("link", { name: `准备交接` }).first().click();
  const summary = page.getByRole("complementary", { name: "交接概要" });
  await expect(summary.getByText("在职继承")).toBeVisible();
  const held = await api<{ customers_waiting: number }>(page, "GET", `leavers/${first.userid}`);
  expect(held.body.customers_waiting).toBeGreaterThan(0);
  await expect(summary).toContainText(held.body.customers_waiting.toLocaleString("zh-CN"));
});

test("outcome says what is counted, by whom and when it is too early", async ({
  page,
  context,
}) => {
  await looking(context, { language: "en", colours: "dark" });
  await signIn(page);
  await page.goto("/outcome");
  await expect(page.getByRole("heading", { name: "Outcome" })).toBeVisible();
  const { body } = await api<{ taken_over: number; lines: unknown[] }>(page, "GET", "outcome");
  if (body.taken_over > 0) {
    await expect(page.getByText("Retention on day 7")).toBeVisible();
    await page.getByText("By successor", { exact: true }).first().click();
    await expect(page).toHaveURL(/by=successor/);
    // What is shown until then are the lines of before.
    await expect(page.getByRole("heading", { name: "By successor" })).toBeVisible();
    await page
      .getByRole("link", { name: /^Rows of the last handover/ })
      .first()
      .click();
    await expect(page).toHaveURL(/\/handovers\/.*state=taken_over/);
    await page.goBack();
    await page.getByText("By rule", { exact: true }).first().click();
    await expect(page.getByRole("columnheader", { name: "Rule" })).toBeVisible();
    // Under the pointer a link has another colour, which must be readable too.
    await page
      .getByRole("link", { name: /^Rows of the last handover/ })
      .first()
      .hover();
  } else {
    await expect(page.getByText("There was no handover in this time.")).toBeVisible();
  }
  await expectAccessible(page);
  // Long ago nothing was handed over.
  await page.goto("/outcome?from=1&to=2");
  await expect(page.getByText("There was no handover in this time.")).toBeVisible();
  await expectAccessible(page);
});
