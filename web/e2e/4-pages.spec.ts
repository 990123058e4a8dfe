import { api, expect, expectAccessible, LEAVER, type Look, looking, signIn, test } from "./person";

const PAGES = [
  "/",
  "/leavers?state=all",
  `/leavers/${LEAVER}`,
  `/leavers/${LEAVER}?tab=customers`,
  `/leavers/${LEAVER}?tab=groups`,
  `/leavers/${LEAVER}?tab=contact_ways`,
  `/leavers/${LEAVER}?tab=history`,
  "/contact-ways",
  "/handovers",
  "/handovers/new",
  `/handovers/new?leaver=${LEAVER}&step=2`,
  `/handovers/new?leaver=${LEAVER}&step=3`,
  "/archive",
  "/archive/policies",
  "/archive/holds",
  "/archive/reviews",
  "/archive/reviews?tab=period",
  "/archive/erasures",
  "/settings/wecom",
  "/settings/sync",
  "/settings/approval",
  "/settings/checklists",
  "/settings/texts",
  "/settings/accounts",
  "/settings/appearance",
  "/trust/audit",
  "/nowhere",
  "/handovers/00000000-0000-7000-8000-000000000000",
];

const LOOKS: Look[] = [
  { language: "zh", colours: "light" },
  { language: "en", colours: "dark" },
];

for (const look of LOOKS) {
  test(`axe has nothing to report in ${look.language}, ${look.colours}`, async ({
    page,
    context,
  }) => {
    test.setTimeout(240_000);
    await looking(context, look);
    await signIn(page);
    const { body } = await api<{ items: { id: string; state: string }[] }>(
      page,
      "GET",
      "handovers",
    );
    const seen = body.items.find((one) => one.state !== "draft");
    for (const path of [
      ...PAGES,
      ...(seen ? [`/handovers/${seen.id}`, `/handovers/${seen.id}?row=1`] : []),
    ]) {
      await test.step(path, async () => {
        await page.goto(path);
        await expect(page.locator("h1").first()).toBeVisible();
        await expect(page.locator(".ant-skeleton, .ant-spin-spinning")).toHaveCount(0);
        await expectAccessible(page);
      });
    }
  });
}

test("no page in English shows a Chinese word of the console", async ({ page, context }) => {
  test.setTimeout(240_000);
  await looking(context, { language: "en" });
  await signIn(page);
  for (const path of PAGES) {
    await page.goto(path);
    await expect(page.locator("h1").first()).toBeVisible();
    const words = await page.locator("nav, .filters, h2, label, th, .ant-tabs-tab").allInnerTexts();
    const chinese = words.join("\n").match(/(?!中文)[\u4e00-\u9fff]{2,}/g) ?? [];
    const own = chinese.filter((word) => /交接|客户|设置|成员|同步|状态|登录/.test(word));
    expect(own, path).toEqual([]);
  }
});

test("language and colours stay after a reload", async ({ page, context }) => {
  await looking(context, {});
  await signIn(page);
  await page.goto("/settings/appearance");
  await page.getByText("English", { exact: true }).last().click();
  await expect(page.getByRole("heading", { name: "Appearance" })).toBeVisible();
  await page.getByText("Dark", { exact: true }).click();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Appearance" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-colours", "dark");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("a missing page and a missing handover say so and lead on", async ({ page, context }) => {
  await looking(context, {});
  await signIn(page);
  await page.goto("/nowhere");
  await page.getByRole("link", { name: "回到工作台" }).click();
  await expect(page.getByRole("heading", { name: "待办" })).toBeVisible();
  await page.goto("/handovers/00000000-0000-7000-8000-000000000000");
  await expect(page.getByText("not_found")).toBeVisible();
  await expect(page.getByRole("button", { name: "重试" })).toBeVisible();
});

test("an auditor sees the log, verifies it, and is not offered to hand over", async ({
  page,
  context,
}) => {
  await looking(context, {});
  await signIn(page);
  await page.goto("/settings/accounts");
  const login = `auditor-${Date.now().toString(36)}`;
  await page.getByRole("button", { name: "新建账号" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("账号", { exact: true }).fill("审计");
  await form.getByLabel("姓名").fill("审计小组");
  await form.getByRole("button", { name: "保存" }).click();
  await expect(form.locator(".ant-form-item-has-error")).toContainText("账号");
  await form.getByLabel("账号", { exact: true }).fill(login);
  await form.getByLabel("姓名").fill("审计小组");
  await form.getByLabel("角色").click();
  await page.locator(".ant-select-item-option", { hasText: "审计员" }).click();
  await form.getByRole("button", { name: "保存" }).click();
  const password = (await page.locator(".ant-modal .mono").textContent())?.trim() ?? "";
  await page.getByRole("button", { name: "我已记下" }).click();
  await expect(page.getByRole("cell", { name: login })).toBeVisible();

  await context.clearCookies();
  await page.goto("/");
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill(password);
  await page.getByRole("button", { name: "登录" }).click();
  await page.getByLabel("当前密码").fill(password);
  await page.getByLabel("新密码", { exact: true }).fill("correct horse battery");
  await page.getByLabel("再次输入新密码").fill("correct horse battery");
  await page.getByRole("button", { name: "保存新密码" }).click();

  await page.getByRole("link", { name: "操作日志" }).click();
  await expect(
    page.getByRole("table", { name: "操作日志" }).getByRole("row").first(),
  ).toBeVisible();
  // Every act has its words.
  const acts = page.getByRole("table", { name: "操作日志" }).getByRole("cell");
  expect((await acts.allTextContents()).filter((one) => /^[a-z_]+\.[a-z_]+$/.test(one))).toEqual(
    [],
  );
  // By what was done and who did it, in the words people have for them.
  await page.getByLabel("操作", { exact: true }).click();
  await page.keyboard.type("添加账号");
  await page.keyboard.press("Enter");
  await page.getByLabel("操作者").fill("审计小组");
  await expect(page.getByText("没有符合条件的记录")).toBeVisible();
  await page.getByLabel("操作者").fill("");
  await expect(page.getByRole("cell", { name: "添加账号" }).first()).toBeVisible();
  await page.getByRole("button", { name: "校验完整性" }).click();
  await expect(page.getByText(/未被改动/)).toBeVisible();
  await expect(page.getByRole("link", { name: "账号与角色" })).toHaveCount(0);
  await page.goto("/handovers/new");
  await expect(page.getByText("没有权限")).toBeVisible();
});
