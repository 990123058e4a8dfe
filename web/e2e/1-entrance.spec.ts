import { expect, expectAccessible, LOGIN, looking, signIn, test } from "./person";

test("a wrong password is told with what to do, and nobody gets in", async ({ page, context }) => {
  await looking(context, {});
  await page.goto("/handovers");
  await page.getByLabel("账号").fill(LOGIN);
  await page.getByLabel("密码").fill("surely-not-this-one");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert").first()).toContainText("账号与密码不匹配");
  await expect(page.getByRole("navigation")).toHaveCount(0);
  await expectAccessible(page);
});

test("signing out ends the session for every later page", async ({ page, context }) => {
  await looking(context, {});
  await signIn(page);
  await page.locator("header").getByRole("button").last().click();
  await page.getByRole("menuitem", { name: "退出登录" }).click();
  await expect(page.getByRole("button", { name: "登录", exact: true })).toBeVisible();
  await page.goto("/leavers");
  await expect(page.getByRole("button", { name: "登录", exact: true })).toBeVisible();
});

test("the page forbids foreign scripts and framing", async ({ page }) => {
  const answer = await page.goto("/");
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
  expect(policy).toContain("frame-ancestors 'none'");
});
