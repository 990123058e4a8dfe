import type { Page } from "@playwright/test";
import { api, expect, expectAccessible, LEAVER, looking, signIn, test } from "./person";

interface Team {
  items: { userid: string; name: string; eligible: boolean }[];
}

interface Templates {
  templates: object[];
}

interface Found {
  state: string;
  items_blocking: number;
  owner_name: string;
}

const MANDATORY = "公司设备与资料已交还";
const SHOWN = ".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option";
const OPTIONAL = "与团队道别";

/** Somebody who is there, of whom no case is open. */
async function somebody(page: Page, nth: number): Promise<string> {
  const members = await api<Team>(page, "GET", "members?limit=100&status=active");
  const open = await api<Team>(page, "GET", "cases?state=open&limit=200");
  const busy = new Set(open.body.items.map((one) => one.userid));
  const free = members.body.items.filter((one) => one.eligible && !busy.has(one.userid));
  const one = free[nth];
  if (!one) throw new Error("nobody is free");
  return one.name;
}

/** A checklist that a person alone works off; gives back what was there. */
async function shortList(page: Page): Promise<Templates> {
  const before = await api<Templates>(page, "GET", "case-templates");
  const item = (title: string, mandatory: boolean) => ({
    title,
    mandatory,
    kind: "manual",
    due_days: 3,
  });
  const template = {
    name: "简",
    positions: [],
    items: [item(MANDATORY, true), item(OPTIONAL, false)],
  };
  const put = await api(page, "PUT", "case-templates", { templates: [template] });
  expect(put.status).toBe(200);
  return before.body;
}

async function open(page: Page, words: { act: RegExp; member: string }, name: string) {
  await page.getByRole("button", { name: words.act }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: words.member }).fill(name);
  await page.locator(".ant-select-item-option", { hasText: name }).first().click();
  await dialog.getByRole("button", { name: words.act }).click();
  await expect(page).toHaveURL(/cases\/[0-9a-f-]{36}/);
}

const found = async (page: Page) =>
  (await api<Found>(page, "GET", `cases/${page.url().split("/").at(-1)}`)).body;

test("s17 a case is opened by hand, worked off, and cannot be closed before", async ({
  page,
  context,
}) => {
  test.setTimeout(90_000);
  await looking(context, {});
  await signIn(page);
  const before = await shortList(page);
  const name = await somebody(page, 0);
  await page.getByRole("link", { name: "交接案件" }).click();
  await expectAccessible(page);
  await open(page, { act: /打开案件$/, member: "成员" }, name);
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await expect(page.getByText("尚未重新读取名下客户与客户群")).toBeVisible();

  await page.getByRole("button", { name: "关闭案件" }).click();
  const closing = page.getByRole("dialog");
  await expect(closing.getByText("还有 1 项必做未完成")).toBeVisible();
  await expect(closing.getByText(MANDATORY)).toBeVisible();
  await expect(closing.getByRole("button", { name: "关闭案件" })).toBeDisabled();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(closing).toBeHidden();
  const refused = await api<{ code: string }>(
    page,
    "POST",
    `cases/${page.url().split("/").at(-1)}/close`,
    { closing: "" },
  );
  expect(refused.body.code).toBe("case_items_open");

  // Owner and deadline: of an item, in the past, and of the case.
  await page.getByRole("button", { name: `负责人与期限：${MANDATORY}` }).click();
  const charge = page.getByRole("dialog");
  await charge.getByRole("combobox", { name: "负责人" }).click();
  await page.locator(SHOWN).nth(1).click();
  const due = charge.getByRole("textbox", { name: "期限" });
  await due.fill("2020-01-31");
  await due.press("Enter");
  await expectAccessible(page);
  await charge.getByRole("button", { name: /保\s?存/ }).click();
  await expect(charge).toBeHidden();
  await expect(page.getByText("已逾期", { exact: true })).toHaveCount(1);
  await expect(page.getByText(/前 · .* 负责$/)).toBeVisible();
  await page.getByRole("button", { name: `负责人与期限：${name}` }).click();
  await charge.getByRole("combobox", { name: "负责人" }).click();
  await page.locator(SHOWN).nth(1).click();
  await due.fill("2020-02-01");
  await due.press("Enter");
  await charge.getByRole("button", { name: /保\s?存/ }).click();
  await expect(page.getByText("已逾期", { exact: true })).toHaveCount(2);
  expect((await found(page)).owner_name).toBeTruthy();

  await page.getByRole("textbox", { name: "写评论" }).fill("电脑周五交还");
  await page.getByRole("button", { name: /发\s?表/ }).click();
  await expect(page.getByText("电脑周五交还")).toBeVisible();
  await expectAccessible(page);
  await page.screenshot({ path: "test-results/case.png", fullPage: true });

  await page.getByRole("checkbox", { name: `完成：${MANDATORY}` }).click();
  await expect.poll(async () => (await found(page)).items_blocking).toBe(0);
  await page.getByRole("button", { name: "关闭案件" }).click();
  await page.getByRole("textbox", { name: "结案说明" }).fill("设备已收回");
  await page.getByRole("dialog").getByRole("button", { name: "关闭案件" }).click();
  await expect(page.getByText(/关闭了案件：设备已收回/)).toBeVisible();
  await expectAccessible(page);
  expect((await api(page, "PUT", "case-templates", before)).status).toBe(200);
});

test("s13 the case of a leaver is reached from Today and from the leaver's page, in English too", async ({
  page,
  context,
}) => {
  test.setTimeout(60_000);
  await looking(context, { language: "en", colours: "dark" });
  await signIn(page);
  const made = await api<{ id: string }>(page, "POST", "cases", { userid: LEAVER });
  expect([201, 409]).toContain(made.status);
  await page.goto("/");
  await page
    .locator("li", { hasText: /cases? (is|are) open/ })
    .getByRole("link")
    .click();
  await expect(page).toHaveURL(/cases/);
  await expectAccessible(page);
  await page.goto(`/leavers/${LEAVER}`);
  await page.getByRole("link", { name: "Case", exact: true }).click();
  await expect(page).toHaveURL(/cases\/[0-9a-f-]{36}/);
  await expect(page.getByRole("button", { name: "Close the case" })).toBeVisible();
  await page
    .getByRole("button", { name: /^Owner and deadline: / })
    .first()
    .click();
  await expect(page.getByRole("dialog").getByText("Owner", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.screenshot({ path: "test-results/case-en.png" });
});
