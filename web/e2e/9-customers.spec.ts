import { readFileSync } from "node:fs";
import { api, expect, expectAccessible, LEAVER, looking, signIn, test } from "./person";

interface Row {
  row_no: number;
  subject_id: string;
  name: string;
}

interface Found<T> {
  items: T[];
}

test("a customer's page tells who served it, and leads to the row that passed it on", async ({
  page,
  context,
}) => {
  await looking(context, {});
  await signIn(page);
  await page.getByRole("link", { name: "客户列表" }).click();
  const list = page.getByRole("table", { name: "客户列表" });
  await expect(list.getByRole("row").first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("combobox", { name: "是否交接过" }).click();
  await page.locator(".ant-select-item-option", { hasText: "未交接过" }).click();
  await expect(page).toHaveURL(/passed=no/);
  await list.getByRole("link").first().click();
  await expect(page.getByRole("heading", { name: "历任服务人员" })).toBeVisible();
  await expect(page.getByText(/成为服务人员/).first()).toBeVisible();
  await expectAccessible(page);

  const { body } = await api<Found<{ external_userid: string }>>(
    page,
    "GET",
    "customers?passed_on=true&limit=1",
  );
  const moved = body.items[0]?.external_userid ?? "";
  expect(moved, "an earlier test has handed customers over").not.toBe("");
  await page.goto(`/customers/${moved}`);
  await page.getByText("交接", { exact: true }).first().click();
  await page.getByRole("link", { name: "查看交接明细" }).first().click();
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByText("依据：每一步")).toBeVisible();
  await drawer.getByRole("link", { name: moved }).click();
  await expect(page.getByRole("heading", { name: "时间线" })).toBeVisible();
});

test("the record opens line by line, is filtered, and is given out as a spreadsheet", async ({
  page,
  context,
}) => {
  await looking(context, {});
  await signIn(page);
  const { body } = await api<Found<{ id: string; counts: { total: number } }>>(
    page,
    "GET",
    "handovers?state=finished&limit=200",
  );
  const [largest] = body.items.sort((one, other) => other.counts.total - one.counts.total);
  expect(largest?.counts.total, "lines of one minute are put together").toBeGreaterThan(1);
  await page.goto(`/handovers/${largest?.id}`);
  await page.getByText("交接记录", { exact: true }).first().click();
  await expect(page).toHaveURL(/tab=record/);
  const record = page.locator("section", { has: page.getByRole("heading", { name: "交接记录" }) });
  await record.locator(".ant-table-row-expand-icon-collapsed").first().click();
  await expect(record.getByRole("button", { name: /查看第 \d+ 行/ }).first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("combobox", { name: "步骤" }).click();
  await page.locator(".ant-select-item-option", { hasText: "接替结果" }).click();
  await expect(page).toHaveURL(/step=result/);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "记录导出 XLSX" }).click(),
  ]);
  const bytes = readFileSync(await file.path());
  expect(bytes.subarray(0, 2).toString(), "a packed file").toBe("PK");
});

test("a remark is written in the drawer and stands in the record", async ({ page, context }) => {
  await looking(context, {});
  await signIn(page);
  await page.goto("/handovers?state=finished");
  await page.getByRole("table", { name: "交接单" }).getByRole("link").first().click();
  const rows = page.getByRole("table", { name: "客户与客户群" });
  await rows.getByRole("button").first().click();
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("给接替成员的备注").fill("下午联系");
  await drawer.getByRole("button", { name: "保存备注" }).click();
  await expect(drawer.getByText("已填写").first()).toBeVisible();
  await page.keyboard.press("Escape");
});

test("a successor says whom it contacted, and takes it back", async ({ page, context }) => {
  await looking(context, {});
  await signIn(page);
  const found = await api<Found<{ successor: string; handover: string; name: string }>>(
    page,
    "GET",
    "first-contacts?state=open&limit=1",
  );
  const one = found.body.items[0];
  expect(one, "an earlier test has handed customers over").toBeDefined();
  await page.goto("/first-contacts?state=open");
  await expect(
    page.getByRole("table", { name: "首次联系" }).getByRole("row").first(),
  ).toBeVisible();
  await expectAccessible(page);
  const login = `staff-${Date.now().toString(36)}`;
  const made = await api<{ password: string }>(page, "POST", "accounts", {
    login,
    name: "接替成员",
    role: "staff",
    departments: [],
    userid: one?.successor,
  });
  expect(made.status).toBe(201);
  await context.clearCookies();
  await page.goto("/");
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill(made.body.password);
  await page.getByRole("button", { name: "登录" }).click();
  await page.getByLabel("当前密码").fill(made.body.password);
  await page.getByLabel("新密码", { exact: true }).fill("correct horse battery");
  await page.getByLabel("再次输入新密码").fill("correct horse battery");
  await page.getByRole("button", { name: "保存新密码" }).click();
  await expect(page.getByRole("button", { name: /^已联系:/ }).first()).toBeVisible();
  await page.mouse.move(0, 0);
  await expectAccessible(page);
  await page
    .getByRole("button", { name: /^已联系:/ })
    .first()
    .click();
  await page.getByText("已联系", { exact: true }).first().click();
  await page
    .getByRole("button", { name: /^撤销:/ })
    .first()
    .click();
  await expect(page.getByText("还没有标记为已联系的客户")).toBeVisible();
});

test("the text to customers is shown for each successor before anything starts", async ({
  page,
  context,
}) => {
  await looking(context, {});
  await signIn(page);
  const { body } = await api<Found<{ userid: string; eligible: boolean; customers: number }>>(
    page,
    "GET",
    `members?status=active&successor_for=${LEAVER}&limit=200`,
  );
  const able = body.items.filter((one) => one.eligible);
  const giving = able.find((one) => one.customers > 0);
  const taking = able.find((one) => one.userid !== giving?.userid);
  expect(giving && taking).toBeTruthy();
  await page.goto("/");
  await page.evaluate(
    ([leaver, one]) => {
      const draft = { leaver, kind: "in_service", groups: "none", mode: "one", one };
      sessionStorage.setItem("jiebang.handover.draft", JSON.stringify(draft));
    },
    [giving?.userid, taking?.userid] as const,
  );
  await page.goto(`/handovers/new?leaver=${giving?.userid}&step=4`);
  const text = page.getByLabel("给客户的提示语").last();
  await text.fill("您好，我是");
  await page.getByRole("button", { name: "插入：接替成员" }).click();
  const preview = page.getByRole("region", { name: "客户看到的内容" });
  await expect(preview.locator(".preview-text").first()).toHaveText(/^您好，我是[^{}]+$/);
  await text.fill("{customer}您好");
  await expect(preview.getByText(/不能使用/)).toBeVisible();
  await text.fill("接".repeat(201));
  await expect(preview.getByText(/超过企业微信限制/)).toBeVisible();
  await text.fill("");
  const drafts = await api<Found<Row & { id: string }>>(page, "GET", "handovers?state=draft");
  for (const draft of drafts.body.items) await api(page, "DELETE", `handovers/${draft.id}`);
});

test("the pages of customers are accessible in English and in the dark", async ({
  page,
  context,
}) => {
  await looking(context, { language: "en", colours: "dark" });
  await signIn(page);
  const { body } = await api<Found<{ external_userid: string }>>(
    page,
    "GET",
    "customers?passed_on=true&limit=1",
  );
  const one = body.items[0]?.external_userid ?? "";
  for (const path of ["/customers", `/customers/${one}`, "/first-contacts?state=open", "/my"]) {
    await page.goto(path);
    await expect(page.locator("h1").first()).toBeVisible();
    await expect(page.locator(".ant-skeleton, .ant-spin-spinning")).toHaveCount(0);
    await expectAccessible(page);
  }
});
