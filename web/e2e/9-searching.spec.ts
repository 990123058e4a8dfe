import type { Locator, Page } from "@playwright/test";
import { api, expect, expectAccessible, looking, shot, signIn, test } from "./person";

test.use({ actionTimeout: 20_000 });

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
  await list
    .locator(".ant-select-item-option")
    .filter({ has: page.getByText(typed, { exact: true }) })
    .first()
    .click();
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

test("s43 a type nobody has documented is found by its name", async ({ page, context }) => {
  await looking(context, {});
  await signIn(page);
  await talks(page, "single");
  const { body } = await api<{ kinds: { kind: string; known: boolean }[] }>(page, "GET", "archive");
  const strange = body.kinds.find((one) => !one.known)?.kind;
  if (!strange) throw new Error("every type is known");
  await api(page, "POST", "archive/reason", { reason: "核对投诉" });
  await page.goto("/archive/search");
  await page.getByRole("button", { name: "更多筛选" }).click();
  const kinds = page.getByRole("combobox", { name: "消息类型", exact: true });
  await take(page, kinds, `${strange}（未知类型）`);
  const answer = page.waitForResponse((one) => one.url().endsWith("/archive/search"));
  await search(page);
  const found = (await (await answer).json()) as { items: { kind: string }[] };
  expect(new Set(found.items.map((one) => one.kind))).toEqual(new Set([strange]));

  await page.getByRole("button", { name: "清除条件" }).click();
  await take(page, page.getByRole("combobox", { name: "排除的消息类型" }), "文本");
  const others = page.waitForResponse(
    (one) =>
      one.url().endsWith("/archive/search") &&
      (one.request().postDataJSON() as { unwanted: unknown[] }).unwanted.length > 0,
  );
  await search(page);
  const left = (await (await others).json()) as typeof found;
  expect(left.items.length).toBeGreaterThan(0);
  expect(left.items.map((one) => one.kind)).not.toContain("text");
});

test("s47 a policy says what its rules are for, who saved it, and what stays readable", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await signIn(page);
  await talks(page, "single");
  const departments = await api<{ items: { id: number; name: string }[] }>(
    page,
    "GET",
    "departments",
  );
  const tags = await api<{ items: { tags: { id: string; name: string }[] }[] }>(
    page,
    "GET",
    "tags",
  );
  const department = departments.body.items[0];
  const tag = tags.body.items[0]?.tags[0];
  if (!department || !tag) throw new Error("the company is empty");
  const rule = (name: string, when: object, keep: string) =>
    // biome-ignore lint/suspicious/noThenProperty: the API calls it so; nothing awaits a rule
    ({ name, when, then: { keep, media: true } });
  const rules = [
    rule("总部", { departments: [department.id], channels: ["external"] }, "mask"),
    rule("重点", { tags: [tag.id], levels: ["主管"] }, "keep"),
  ];
  const policy = { rules, default: { keep: "keep", media: true } };
  await api(page, "POST", "archive/policies", { name: "分级保存", policy });
  await page.goto("/archive/policies");
  const version = page.getByRole("region", { name: "分级保存" }).first();
  await expect(version.getByRole("row", { name: /总部/ })).toContainText(`部门 ${department.name}`);
  const second = version.getByRole("row", { name: /重点/ });
  await expect(second).toContainText("职务 主管");
  await expect(second).toContainText(tag.name);
  await expect(version.getByText(/保存于.*admin/)).toBeVisible();
  await version.getByRole("button", { name: /试\s?算/ }).click();
  await expect(version.getByText("试算于")).toBeVisible({ timeout: 30_000 });
  await version.getByRole("button", { name: /启\s?用/ }).click();
  const sure = page.getByRole("dialog");
  await expect(sure.getByText(/已存消息保持原样，仍可完整阅读/)).toBeVisible();
  await expectAccessible(page);
  await shot(page, "policy-activate");
  await sure.getByRole("button", { name: /启\s?用/ }).click();
  await expect(version.getByText(/启用于.*admin/)).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);
  await shot(page, "policies-told");

  await version.getByRole("button", { name: /另存修改/ }).click();
  const form = page.getByRole("dialog", { name: "新建策略" });
  await form.getByLabel("名称", { exact: true }).fill("重点在前");
  await expect(form.getByRole("button", { name: "上移第 1 条规则" })).toBeDisabled();
  await form.getByRole("button", { name: "上移第 2 条规则" }).click();
  const positions = form.getByRole("combobox", { name: "职务" }).last();
  await positions.click();
  await expect(page.locator(".ant-select-item-option:visible").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expectAccessible(page);
  await shot(page, "policy-form-order");
  await form
    .getByRole("button", { name: /保\s?存/ })
    .last()
    .click();
  const after = page.getByRole("region", { name: "重点在前" }).first();
  await expect(after.getByRole("row").nth(1)).toContainText("重点");
  await expect(after.getByRole("row").nth(2)).toContainText("总部");
});

test("s4 what successors may read is told before and after it is granted", async ({
  page,
  context,
}) => {
  await looking(context, {});
  await signIn(page);
  interface One {
    id: string;
    leaver: string;
    successors: { userid: string }[];
  }
  const past = await api<{ items: One[] }>(page, "GET", "handovers?state=finished&limit=1");
  const one = past.body.items[0];
  const leavers = await api<{ items: { userid: string; customers_waiting: number }[] }>(
    page,
    "GET",
    "leavers?limit=20",
  );
  const leaver = leavers.body.items.find((some) => some.customers_waiting > 0);
  if (!one?.successors[0] || !leaver) throw new Error("nobody has left");
  const made = await api<{ id: string }>(page, "POST", "handovers", {
    leaver: leaver.userid,
    kind: "resigned",
    customers: { filter: {} },
    groups: null,
    assignment: { mode: "one", to: one.successors[0].userid },
    groups_to: [],
    record_scope: { mode: "days", days: 90 },
    record_kinds: ["text", "image"],
    note: "",
  });
  expect(made.status).toBe(201);
  await page.goto(`/handovers/${made.body.id}`);
  const words = "接替前 90 天；仅限";
  await expect(page.getByLabel("交接概要")).toContainText(words);
  await expect(page.getByRole("table", { name: "试算结果" })).toBeVisible();
  const sentence = page.locator("p", { hasText: `接替成员可查看的历史会话：${words}` });
  // What is known of contact ways comes later and moves the button.
  await expect(async () => {
    const next = page.getByRole("button", { name: "下一步" });
    if (await next.isVisible()) await next.click({ timeout: 2_000 });
    await expect(sentence).toBeVisible({ timeout: 3_000 });
  }).toPass();
  await expect(sentence).toContainText("文本");
  await expect(sentence).toContainText("图片");
  await expectAccessible(page);
  await shot(page, "grant-confirm");
  expect((await api(page, "DELETE", `handovers/${made.body.id}`)).status).toBe(204);

  const { body } = await api<{ record_scope: { mode: string; days?: number } }>(
    page,
    "GET",
    `handovers/${one.id}`,
  );
  const told = { none: "不可查看", all: "全部", days: `接替前 ${body.record_scope.days} 天` };
  await page.goto(`/handovers/${one.id}`);
  await expect(
    page.getByText(
      `接替成员可查看的历史会话：${told[body.record_scope.mode as keyof typeof told]}`,
    ),
  ).toBeVisible();
  await shot(page, "grant-progress");
});

test("s49 a hold names whose conversation it keeps, how much, and who placed and lifted it", async ({
  page,
  context,
}) => {
  await looking(context, {});
  await signIn(page);
  const talk = (await talks(page, "single")).find(
    (one) => one.people.length === 2 && one.people.every((who) => who.name !== ""),
  );
  if (!talk) throw new Error("nobody is known by name");
  const reason = `仲裁 ${talk.id}`;
  const placed = await api(page, "POST", "archive/holds", {
    subject: { of: "conversation", id: talk.id },
    reason,
  });
  expect(placed.status).toBe(201);
  const names = talk.people.map((who) => who.name).join("、");
  await page.goto("/archive/holds");
  const row = page.getByRole("row", { name: reason });
  await expect(row.getByRole("link", { name: names })).toBeVisible();
  await expect(row.getByTitle(talk.id)).toHaveText(`…${talk.id.slice(-8)}`);
  await expect(row.getByRole("cell", { name: /^admin/ })).toHaveCount(1);
  await row.getByRole("button", { name: /解\s?除/ }).click();
  const lift = page.getByRole("dialog", { name: "解除这项保全？" });
  await expect(lift.getByText(names)).toBeVisible();
  await expect(lift.getByText(reason)).toBeVisible();
  await expect(lift.getByText(/^[\d,]+ 条消息$/)).toBeVisible();
  await expectAccessible(page);
  await shot(page, "hold-lift");
  await lift.getByLabel("解除原因").fill("结案");
  await lift.getByRole("button", { name: /解\s?除/ }).click();
  await expect(row.getByRole("cell", { name: /^admin/ })).toHaveCount(2);
  await expectAccessible(page);
  await shot(page, "holds-told");
});

test("s49 older erasures are reached too", async ({ page, context }) => {
  await looking(context, { language: "en" });
  await signIn(page);
  const erasure = (nth: number) => ({
    id: `01a2220d-1a4c-7906-82b8-${String(nth).padStart(12, "0")}`,
    subject: { of: "conversation", id: `41858295432891${1000 + nth}` },
    reason: `request ${nth}`,
    asked_by: nth === 0 ? "operator" : "account:01a2220d-1a4c-7906-82b8-e9a592fcffff",
    at: 1_767_225_600 - nth,
    conversations: 1,
    messages: 12,
    files: 0,
    finished_at: 1_767_225_700,
  });
  const all = Array.from({ length: 60 }, (_, nth) => erasure(nth));
  await page.route("**/api/v1/archive/erasures*", (route) => {
    const isSecond = new URL(route.request().url()).searchParams.get("cursor") === "older";
    const items = isSecond ? all.slice(50) : all.slice(0, 50);
    return route.fulfill({ json: { items, next_cursor: isSecond ? null : "older", total: null } });
  });
  await page.goto("/archive/erasures");
  await expect(page.getByRole("row", { name: /request 0\b/ })).toContainText("Command line");
  await expectAccessible(page);
  await shot(page, "erasures");
  await page.getByRole("row", { name: /request 49/ }).scrollIntoViewIfNeeded();
  await expect(page.getByRole("row", { name: /request 59/ })).toBeAttached();
});

test("s50 the charts of a sample lead to the rows behind them", async ({ page, context }) => {
  await looking(context, {});
  await signIn(page);
  await talks(page, "single");
  const day = (back: number) =>
    new Date(Date.now() + 28_800_000 - back * 86_400_000).toISOString().slice(0, 10);
  const made = await api<{ id: string }>(page, "POST", "archive/reviews", {
    name: "图表抽查",
    purpose: "",
    first_day: day(60),
    last_day: day(-60),
    filter: {},
    method: { count: 4 },
  });
  expect(made.status).toBe(201);
  const { id } = made.body;
  const verdicts = [
    { verdict: "flagged", category: "promise" },
    { verdict: "flagged", category: "attitude" },
    { verdict: "passed" },
  ];
  for (const verdict of verdicts) {
    const next = await api<{ item: { number: number } }>(
      page,
      "POST",
      `archive/reviews/${id}/next`,
      { after: null },
    );
    const { number } = next.body.item;
    await api(page, "POST", `archive/reviews/${id}/items/${number}/open`);
    const said = await api(page, "POST", `archive/reviews/${id}/items/${number}/verdict`, verdict);
    expect(said.status).toBe(200);
  }
  await page.goto(`/archive/reviews/${id}?tab=report`);
  await bar(page, "发现的问题").click();
  const list = page.getByRole("region", { name: "样本" });
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await expect(list.getByText(/^问题类别 /)).toBeVisible();
  // Nobody is handed anything for having looked.
  await expect(page).not.toHaveURL(/item=/);
  await expectAccessible(page);
  await shot(page, "chart-found");
  await page.goBack();
  await bar(page, "每小时查看会话日").click();
  await expect(list.getByRole("listitem")).toHaveCount(3);
  await page.goBack();
  await bar(page, "成员覆盖情况").click();
  await expect(page.locator(".ant-tag", { hasText: /^已查 .* 个会话日$/ })).toBeInViewport();
  await expectAccessible(page);
  await shot(page, "chart-members");
});

/** The first bar of a chart. */
function bar(page: Page, chart: string): Locator {
  return page.locator(`[role=img][aria-label^="${chart}"] svg path[fill^="#"]`).first();
}
