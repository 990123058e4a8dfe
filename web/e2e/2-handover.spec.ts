import { readFileSync } from "node:fs";
import { api, expect, expectAccessible, LEAVER, looking, signIn, test, truth } from "./person";

interface Counts {
  total: number;
  taken_over: number;
  refused: number;
  [state: string]: number;
}

test("a handover is done with the mouse from the first page to its end", async ({
  page,
  context,
}) => {
  test.setTimeout(600_000);
  await looking(context, {});
  await signIn(page);

  await page.getByRole("link", { name: "离职成员" }).click();
  await page.getByRole("searchbox", { name: "搜索姓名或账号" }).fill(LEAVER);
  await expect(page).toHaveURL(new RegExp(`q=${LEAVER}`));
  await expect(page.getByText("共 1 条")).toBeVisible();
  await page.getByRole("table", { name: "离职成员" }).getByRole("link").first().click();
  await expect(page.locator(".page .mono", { hasText: LEAVER })).toBeVisible();
  await page.getByRole("link", { name: "开始交接" }).click();

  await expect(page.getByRole("heading", { name: /第 2 步/ })).toBeVisible();
  await expect(page.getByLabel("交接概要")).toContainText("离职继承");
  await page.getByRole("button", { name: "下一步" }).click();

  await page.getByText("平均分配", { exact: true }).click();
  await page.getByRole("combobox", { name: "接替成员", exact: true }).click();
  const choices = page.locator(".ant-select-item-option:not(.ant-select-item-option-disabled)");
  for (const nth of [0, 1, 2]) await choices.nth(nth).click();
  await page.getByRole("heading", { name: /第 3 步/ }).click();
  await expect(page.getByLabel("交接概要")).toContainText("3 人");

  await page.reload();
  await expect(page.getByLabel("交接概要"), "a reload loses nothing").toContainText("3 人");
  await page.getByRole("button", { name: "下一步" }).click();

  await page.getByLabel("给接替成员的备注").fill("老客户，请先打招呼");
  await expect(
    page.getByRole("table", { name: "试算结果" }).getByRole("row").first(),
  ).toBeVisible();
  await page.getByRole("button", { name: "下一步" }).click();

  await expect(page.getByText("提交后不能撤回", { exact: true })).toBeVisible();
  const start = page.getByRole("button", { name: /^开始交接/ });
  await expect(start, "nothing starts without a word").toBeDisabled();
  await page.getByRole("checkbox", { name: /不能撤回/ }).check();
  await start.click();

  await expect(page).toHaveURL(/\/handovers\/[0-9a-f-]{36}/);
  await expect(page.getByText("实时更新")).toBeVisible();
  const id = new URL(page.url()).pathname.split("/").pop() ?? "";
  await expect(page.locator(".page-head").getByText("已完成")).toBeVisible({ timeout: 500_000 });

  const { counts } = (await (await page.request.get(`/api/v1/handovers/${id}`)).json()) as {
    counts: Counts;
  };
  const real = (await truth(page, LEAVER)).filter((one) => one.status === 1);
  const groups = await page.request.get(
    `/api/v1/handovers/${id}/rows?state=taken_over&subject_kind=group&limit=1`,
  );
  const takenGroups = ((await groups.json()) as { total: number }).total;
  expect(counts.taken_over - takenGroups).toBe(
    new Set(real.map((one) => one.external_userid)).size,
  );
});

test("rows are filtered, explained and exported as they are shown", async ({ page, context }) => {
  await looking(context, {});
  await signIn(page);
  await page.goto("/handovers?state=finished");
  await page.getByRole("table", { name: "交接单" }).getByRole("link").first().click();
  const rows = page.getByRole("table", { name: "客户与客户群" });
  await expect(rows.getByRole("row").first()).toBeVisible();

  await page.getByRole("button", { name: /^已接替/ }).click();
  await expect(page).toHaveURL(/state=taken_over/);
  await expect(rows.getByRole("row").first()).toContainText("已接替");
  const shown = page.locator(".table-foot").getByText(/共 [\d,]+ 条/);
  const total = Number(((await shown.textContent()) ?? "").replace(/\D/g, ""));

  await rows.getByRole("button").first().click();
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByText("依据：每一步")).toBeVisible();
  await expect(drawer.getByText("接替结果").first()).toBeVisible();
  await page.keyboard.press("Escape");

  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "导出 CSV" }).click(),
  ]);
  const text = readFileSync(await file.path(), "utf8");
  expect(text.startsWith("\uFEFF"), "spreadsheets need the mark to read Chinese").toBe(true);
  expect(text.trim().split("\n").length - 1).toBe(total);
});

test("who refused is not asked again by itself", async ({ page, context }) => {
  await looking(context, {});
  await signIn(page);
  const refused = "handovers?state=finished&limit=50";
  const { items } = (await api<{ items: { id: string; counts: Counts }[] }>(page, "GET", refused))
    .body;
  const one = items.find(({ counts }) => (counts.refused ?? 0) > 0);
  if (!one) throw new Error("nobody has refused");
  await page.goto(`/handovers/${one.id}`);
  await page.getByRole("button", { name: "重新分配", exact: true }).first().click();
  const form = page.getByRole("dialog");
  await expect(form.getByRole("radio", { name: "仍由原接替成员" })).not.toBeChecked();
  const send = form.getByRole("button", { name: /^重新分配/ });
  if (await form.getByRole("radio", { name: "另选一位成员" }).isChecked()) {
    await expect(send).toBeDisabled();
  } else {
    await expect(form.getByRole("radio", { name: /^预案中的次优人选/ })).toBeChecked();
  }
  await expectAccessible(page);
  await form.getByRole("radio", { name: "仍由原接替成员" }).check();
  await expect(send).toBeEnabled();
});

test("a handover that is over is shown without being followed", async ({ page, context }) => {
  await looking(context, {});
  await signIn(page);
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto("/handovers?state=finished");
  await page.getByRole("table", { name: "交接单" }).getByRole("link").first().click();
  await expect(page.locator(".page-head").getByText("已完成")).toBeVisible();
  expect(
    requests.filter((url) => url.endsWith("/events")),
    "what is over is not followed",
  ).toEqual([]);
});
