import type { Locator, Page } from "@playwright/test";
import { api, expect, expectAccessible, looking, signIn, test } from "./person";

test.use({ actionTimeout: 20_000 });

const SHOTS = process.env.JIEBANG_E2E_SHOTS;

/** A picture for people who look at the pages. */
async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}

interface Talk {
  id: string;
  kind: string;
  name: string;
  room: string | null;
  people: { id: string; kind: string; name: string }[];
}

/** Conversations of a kind, once there are some. */
async function talks(page: Page, kind: string): Promise<Talk[]> {
  const ask = async () =>
    (await api<{ items: Talk[] }>(page, "GET", `archive/conversations?limit=200&kind=${kind}`)).body
      .items;
  await expect.poll(async () => (await ask()).length, { timeout: 120_000 }).toBeGreaterThan(1);
  return ask();
}

/** Types into a field with a list and takes the first that is offered. */
async function take(page: Page, field: Locator, typed: string): Promise<void> {
  await field.click();
  await field.fill(typed);
  const list = page.locator(".ant-select-dropdown:visible");
  await list.locator(".ant-select-item-option", { hasText: typed }).first().click();
  await page.keyboard.press("Escape");
}

interface Asked {
  wanted: { by: string; value: string }[];
}

/** Searches by the button, and says what the server was asked for. */
async function search(page: Page): Promise<Asked> {
  const sent = page.waitForRequest(
    (one) => one.url().endsWith("/archive/search") && one.method() === "POST",
  );
  await page.getByRole("button", { name: /^搜\s?索$/ }).click();
  return (await sent).postDataJSON() as Asked;
}

test("s43 staff, customers, groups, departments, types and tags are combined, and stay in the address", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await signIn(page);
  const single = (await talks(page, "single")).find((one) =>
    ["member", "customer"].every((kind) => one.people.some((who) => who.kind === kind && who.name)),
  );
  const group = (await talks(page, "room")).find((one) => one.name && one.room);
  const staff = single?.people.find((one) => one.kind === "member");
  const customer = single?.people.find((one) => one.kind === "customer");
  if (!staff || !customer || !group) throw new Error("nobody talks");
  await api(page, "POST", "archive/reason", { reason: "核对投诉" });
  await page.goto("/archive/search");
  const field = (name: string) => page.getByRole("combobox", { name, exact: true });
  await take(page, field("成员"), staff.name);
  await take(page, field("客户"), customer.name);
  await take(page, field("客户群"), group.name);
  await page.getByRole("button", { name: "更多筛选" }).click();
  await take(page, field("消息类型"), "文本");
  await take(page, field("消息类型"), "图片");
  await field("部门").click();
  await page.locator(".ant-select-tree-title:visible").first().click();
  await page.keyboard.press("Escape");
  await field("客户标签").click();
  const tags = page.locator(".ant-select-dropdown:visible .ant-select-item-option");
  for (const place of [0, 1]) await tags.nth(place).click();
  await page.keyboard.press("Escape");
  await expectAccessible(page);
  await shot(page, "search-filters");
  const { wanted } = await search(page);
  const of = (by: string) => wanted.filter((one) => one.by === by).map((one) => one.value);
  expect(of("staff")).toHaveLength(1);
  expect(of("customer")).toHaveLength(1);
  expect(of("room")).toHaveLength(1);
  expect(of("kind")).toEqual(["text", "image"]);
  expect(of("department")).toHaveLength(1);
  expect(of("tag")).toHaveLength(2);

  // Whoever is given the address sees the same choice, by names.
  await page.reload();
  const filters = page.locator(".search-filters");
  for (const name of [staff.name, customer.name, group.name]) {
    await expect(filters.getByText(name, { exact: true })).toBeVisible();
  }
  expect((await search(page)).wanted).toEqual(wanted);
  await page.getByRole("button", { name: "清除条件" }).click();
  expect((await search(page)).wanted).toEqual([]);
});

test("s43 filters fold on a phone, and a group is found alone", async ({ page, context }) => {
  await looking(context, { language: "en", colours: "dark" });
  await signIn(page);
  await page.setViewportSize({ width: 390, height: 844 });
  const group = (await talks(page, "room")).find((one) => one.name && one.room);
  if (!group?.room) throw new Error("no group talks");
  await api(page, "POST", "archive/reason", { reason: "complaint" });
  await page.goto(`/archive/search?rooms=${encodeURIComponent(JSON.stringify([group.room]))}`);
  const staff = page.getByRole("combobox", { name: "Members", exact: true });
  const fold = page.getByRole("button", { name: "Filters · 1" });
  await expect(fold).toBeVisible();
  await expect(staff).toBeHidden();
  await shot(page, "search-phone");
  await fold.click();
  await expect(staff).toBeVisible();
  await expect(page.getByText(group.name)).toBeVisible();
  await expectAccessible(page);
  await shot(page, "search-phone-open");
  const answer = page.waitForResponse((one) => one.url().endsWith("/archive/search"));
  await page.getByRole("button", { name: "Search", exact: true }).click();
  const found = (await (await answer).json()) as { items: { conversation: string }[] };
  expect(new Set(found.items.map((one) => one.conversation))).toEqual(new Set([group.id]));
});
