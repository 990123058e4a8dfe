/** Reading on: what happens when a page or a file does not come, and how one gets about. */

import type { Page, Route } from "@playwright/test";
import { api, expect, expectAccessible, looking, shot, signIn, test } from "./person";

interface Said {
  id: string;
  conversation: string;
  kind: string;
  text: string;
  body: { content: string; extension: string | null };
  files: { state: string }[];
}

/** Signed in with a reason that counts, once everything WeCom has is here. */
async function reading(page: Page): Promise<void> {
  await signIn(page);
  await expect
    .poll(
      async () => {
        const { body } = await api<{ standing: string; new_rows: number; messages: number }>(
          page,
          "GET",
          "archive",
        );
        return body.standing === "current" && body.new_rows === 0 && body.messages > 0;
      },
      { timeout: 120_000 },
    )
    .toBe(true);
  await api(page, "POST", "archive/reason", { reason: "抽查" });
}

async function longest(page: Page): Promise<string> {
  const { body } = await api<{ items: { id: string; messages: number }[] }>(
    page,
    "GET",
    "archive/conversations?limit=200",
  );
  const [found] = body.items.sort((one, other) => other.messages - one.messages);
  if (!found) throw new Error("there is no conversation");
  return found.id;
}

async function subjectOf(page: Page, id: string): Promise<string> {
  const { body } = await api<{ conversation: { subject: string } }>(
    page,
    "GET",
    `archive/conversations/${id}/messages`,
  );
  return body.conversation.subject;
}

/** Of the conversations with one of the newest hits that with the most of those. */
async function mostHits(page: Page, query: string): Promise<string> {
  const { body } = await api<{ items: Said[] }>(page, "POST", "archive/search", { query });
  const counts = new Map<string, number>();
  for (const { conversation: one } of body.items) counts.set(one, (counts.get(one) ?? 0) + 1);
  const [most] = [...counts].sort((one, other) => other[1] - one[1]);
  expect(most?.[1]).toBeGreaterThan(1);
  return most?.[0] ?? "";
}

/** The newest message of a type whose file is stored. */
async function withFile(page: Page, kind: string): Promise<Said> {
  let found: Said | undefined;
  const wanted = [{ by: "kind", value: kind }];
  await expect
    .poll(
      async () => {
        const { body } = await api<{ items: Said[] }>(page, "POST", "archive/search", {
          query: "",
          wanted,
          limit: 200,
        });
        found = body.items.find((one) => one.files[0]?.state === "stored");
        return found !== undefined;
      },
      { timeout: 120_000 },
    )
    .toBe(true);
  return found as Said;
}

/** Has conversations come in pages of a few messages, whatever the size of the demo. */
async function smallPages(page: Page): Promise<void> {
  await page.route(/\/conversations\/[^/]+\/messages/, (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set("limit", "4");
    return route.fallback({ url: url.href });
  });
}

const refused = (route: Route) =>
  route.fulfill({ status: 403, json: { code: "reason_required", title: "reason required" } });

const dialogOf = (page: Page) => page.getByRole("dialog", { name: "为什么查阅他人的会话？" });

async function giveReason(page: Page, reason: string): Promise<void> {
  const dialog = dialogOf(page);
  await dialog.getByRole("textbox", { name: "查阅理由" }).fill(reason);
  await dialog.getByRole("button", { name: "继续" }).click();
  await expect(page.getByText(new RegExp(`查阅理由：${reason}`))).toBeVisible();
}

test("when the hour of a reason ends between two pages, it is asked for once and reading goes on", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await reading(page);
  const thread = page.getByRole("region", { name: "消息" });
  const lines = thread.locator("[data-message]");
  let asked = 0;
  await page.route(/\/messages\?.*before=/, (route) => {
    asked += 1;
    return asked === 1 ? refused(route) : route.continue();
  });
  await smallPages(page);
  await page.goto(`/archive/conversations/${await longest(page)}`);
  await expect(lines.first()).toBeAttached();
  const begin = await lines.count();
  await thread.evaluate((one) => {
    one.scrollTop = 0;
  });
  await expect(dialogOf(page)).toBeVisible();
  await expectAccessible(page);
  await shot(page, "reason-again");
  await page.keyboard.press("Escape");
  await expect(dialogOf(page)).toBeHidden();
  await expect(thread.getByText("需要填写理由")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "reason-offered");
  // Time in which a loop would have asked hundreds of times.
  await page.waitForTimeout(1_500);
  expect(asked).toBe(1);
  await thread.getByRole("button", { name: "填写理由" }).click();
  await giveReason(page, "继续核对");
  await expect.poll(() => lines.count()).toBeGreaterThan(begin);
  await expect(thread.getByText("需要填写理由")).toHaveCount(0);
});

test("a page that does not come is told, not asked for again, and tried again on request", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await reading(page);
  const thread = page.getByRole("region", { name: "消息" });
  const lines = thread.locator("[data-message]");
  let asked = 0;
  await page.route(/\/messages\?.*before=/, (route) => {
    asked += 1;
    return asked === 1
      ? route.fulfill({ status: 500, json: { code: "internal", title: "broken" } })
      : route.continue();
  });
  await smallPages(page);
  await page.goto(`/archive/conversations/${await longest(page)}`);
  await expect(lines.first()).toBeAttached();
  const begin = await lines.count();
  await thread.evaluate((one) => {
    one.scrollTop = 0;
  });
  await expect(thread.getByRole("alert")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "page-lost");
  await page.waitForTimeout(1_500);
  expect(asked).toBe(1);
  await thread.getByRole("button", { name: "重试" }).click();
  await expect.poll(() => lines.count()).toBeGreaterThan(begin);
  await expect(thread.getByRole("alert")).toHaveCount(0);
});

test("more hits that do not come are told beside those that are there", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await reading(page);
  await page.goto("/archive/search");
  let asked = 0;
  await page.route("**/archive/search", (route) => {
    const isMore = Boolean(route.request().postDataJSON()?.cursor);
    asked += isMore ? 1 : 0;
    return isMore && asked === 1 ? refused(route) : route.continue();
  });
  await page.getByRole("searchbox", { name: "搜索词" }).press("Enter");
  const hits = page.getByRole("list", { name: "搜索结果" }).getByRole("listitem");
  await expect(hits.first()).toBeVisible();
  const begin = await hits.count();
  await hits.last().scrollIntoViewIfNeeded();
  await expect(dialogOf(page)).toBeVisible();
  await page.waitForTimeout(1_000);
  expect(asked).toBe(1);
  expect(await hits.count()).toBe(begin);
  await giveReason(page, "继续搜索");
  await expect.poll(() => hits.count()).toBeGreaterThan(begin);
});

test("a picture whose reason has ended offers to give one, and then comes", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await reading(page);
  const said = await withFile(page, "image");
  let isOver = true;
  let asked = 0;
  await page.route(new RegExp(`/archive/messages/${said.id}/files/`), (route) => {
    asked += 1;
    return isOver ? refused(route) : route.continue();
  });
  await page.goto(`/archive/conversations/${said.conversation}?around=${said.id}`);
  const bubble = page.locator(`[data-message="${said.id}"]`);
  await expect(bubble.getByText("需要填写理由")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "picture-lost");
  const once = asked;
  await page.waitForTimeout(1_000);
  expect(asked).toBe(once);
  isOver = false;
  await bubble.getByRole("button", { name: "填写理由" }).click();
  await giveReason(page, "继续看图");
  const picture = bubble.locator("img");
  await expect
    .poll(() => picture.evaluate((one: HTMLImageElement) => one.naturalWidth))
    .toBeGreaterThan(0);
});

test("a file whose reason has ended is not saved as a refusal", async ({ page, context }) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await reading(page);
  const said = await withFile(page, "file");
  let isOver = true;
  await page.route(/\/archive\/messages\/.*\/files\//, (route) =>
    isOver ? refused(route) : route.continue(),
  );
  await page.goto(`/archive/conversations/${said.conversation}?around=${said.id}`);
  const bubble = page.locator(`[data-message="${said.id}"]`);
  const download = bubble.getByRole("link", { name: /下载/ });
  await download.click();
  await expect(bubble.getByText("需要填写理由")).toBeVisible();
  isOver = false;
  await bubble.getByRole("button", { name: "填写理由" }).click();
  await giveReason(page, "继续下载");
  const saved = page.waitForEvent("download");
  await download.click();
  expect(await (await saved).failure()).toBeNull();
});

test("s32 why nothing of the history is there is told above one's own conversation too", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await reading(page);
  // As a successor sees it: who takes part, and what was granted, are tested beside the server.
  const own = async (route: Route) => {
    const answer = await route.fetch();
    const told = await answer.json();
    for (const one of told.items) one.is_own = true;
    await route.fulfill({ json: told });
  };
  await page.route("**/api/v1/archive/conversations?*", own);
  let why: string | null = "no_history";
  await page.route("**/archive/nothing?*", (route) => route.fulfill({ json: { why } }));
  const { body } = await api<{ items: { people: { id: string; kind: string }[] }[] }>(
    page,
    "GET",
    "archive/conversations?kind=single&channel=external&limit=1",
  );
  const customer = body.items[0]?.people.find((one) => one.kind === "customer")?.id;
  const list = page.getByRole("region", { name: "会话", exact: true });
  const entries = list.getByRole("listitem");
  const line = list.getByText("看不到交接前的会话");
  await page.goto(`/archive/conversations?person=${customer}&side=customer`);
  await expect(entries.first()).toBeVisible();
  await expect(line).toBeVisible();
  await expect(list.getByText("这次交接没有授予会话历史。")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "missed");
  for (why of ["not_granted", null]) {
    const told = page.waitForResponse("**/archive/nothing?*");
    await page.reload();
    await told;
    await expect(entries.first()).toBeVisible();
    await expect(line).toHaveCount(0);
  }
  // What a predecessor had with the customer is there: nothing is missed.
  why = "no_history";
  await page.unroute("**/api/v1/archive/conversations?*", own);
  await page.reload();
  await expect(entries.first()).toBeVisible();
  await expect(line).toHaveCount(0);
});

test("hits are marked in the conversation and gone through, from a search of everything too", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await reading(page);
  await page.goto("/archive/search");
  await page.getByRole("searchbox", { name: "搜索词" }).fill("现货");
  await page.getByRole("searchbox", { name: "搜索词" }).press("Enter");
  const hits = page.getByRole("list", { name: "搜索结果" });
  await expect(hits.locator("mark").first()).toHaveText("现货");
  const conversation = await mostHits(page, "现货");
  await hits.locator(`a[href*="${conversation}?"]`).first().click();
  const thread = page.getByRole("region", { name: "消息" });
  const hit = thread.locator('[aria-current="true"]');
  await expect(hit.locator("mark").first()).toHaveText("现货");
  const place = page.getByRole("status", { name: "搜索结果" });
  await expect(place).toHaveText(/^\d+ \/ \d+$/);
  const [at, count] = ((await place.textContent()) ?? "").split(" / ").map(Number);
  const { body } = await api<{ items: Said[] }>(page, "POST", "archive/search", {
    query: "现货",
    wanted: [{ by: "conversation", value: await subjectOf(page, conversation) }],
    limit: 200,
  });
  expect(count).toBe(body.items.length);
  expect(await hit.getAttribute("data-message")).toBe(body.items[(at ?? 0) - 1]?.id);
  await expectAccessible(page);
  await shot(page, "steps");
  const older = page.getByRole("button", { name: "下一个结果（较早" });
  const newer = page.getByRole("button", { name: "上一个结果（较新" });
  await older.click();
  await expect(place).toHaveText(`${(at ?? 0) + 1} / ${count}`);
  await expect(hit).toBeInViewport();
  await newer.click();
  await expect(place).toHaveText(`${at} / ${count}`);
  await page.keyboard.press("n");
  await expect(place).toHaveText(`${(at ?? 0) + 1} / ${count}`);
  // As many marks as hits in sight, and none in what was not found.
  const found = new Set(body.items.map((one) => one.id));
  const lines = thread.locator("[data-message]", { has: page.locator("mark") });
  for (const line of await lines.all()) {
    expect(found).toContain(await line.getAttribute("data-message"));
  }
  expect(decodeURIComponent(page.url())).not.toContain("现货");
  // What is looked for stands in the drawer, too.
  await page.keyboard.press("/");
  const drawer = page.getByRole("dialog", { name: "在会话中搜索" });
  await expect(drawer.getByRole("searchbox")).toHaveValue("现货");
  await expect(drawer.getByRole("listitem")).toHaveCount(count ?? 0);
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 390, height: 780 });
  await expect(older).toBeInViewport();
  await shot(page, "steps-phone");
  await page.getByRole("button", { name: "清除搜索" }).click();
  await expect(place).toHaveCount(0);
  await expect(thread.locator("mark")).toHaveCount(0);
});

/** One pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("what a browser can show is viewed beside being saved, and a picture sent as a file is seen", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await reading(page);
  const said = await withFile(page, "file");
  const thread = `/archive/conversations/${said.conversation}?around=${said.id}`;
  const bubble = page.locator(`[data-message="${said.id}"]`);
  const view = bubble.getByRole("link", { name: /^查看/ });
  await page.goto(thread);
  await expect(bubble.getByRole("link", { name: /^下载/ })).toBeVisible();
  await expect(view).toHaveCount(0);

  // The demo sends no such files.
  await page.route(/\/conversations\/\d+\/messages/, async (route) => {
    const answer = await route.fetch();
    const told = await answer.json();
    for (const one of told.items) if (one.id === said.id) one.body.extension = "png";
    await route.fulfill({ json: told });
  });
  let body: Buffer = PNG;
  await context.route(/\/archive\/messages\/.*\/files\//, (route) =>
    route.fulfill({ body, contentType: "image/png" }),
  );
  await page.reload();
  const picture = bubble.locator("img");
  await expect
    .poll(() => picture.evaluate((one: HTMLImageElement) => one.naturalWidth))
    .toBeGreaterThan(0);
  await expectAccessible(page);
  await shot(page, "file-picture");
  const opened = context.waitForEvent("page");
  await view.click();
  const tab = await opened;
  expect(tab.url()).toMatch(/\/files\/\d+\?view=true$/);
  expect(await tab.evaluate(() => window.opener)).toBeNull();
  await tab.close();

  // Bytes that are no picture are still there to be saved.
  body = Buffer.from("no picture");
  await page.reload();
  await expect(bubble.getByRole("link", { name: /^下载/ })).toBeVisible();
  await expect(bubble.locator("img")).toHaveCount(0);
});

/** Answers as the server would for a conversation of so many texts, 50 at a time. */
async function lengthen(page: Page, id: string, count: number): Promise<void> {
  const { body } = await api<{ conversation: { people: unknown[] }; items: Said[] }>(
    page,
    "GET",
    `archive/conversations/${id}/messages`,
  );
  const { conversation, items } = body;
  const one = items.find((said) => said.kind === "text");
  const said = (n: number) => ({
    ...one,
    id: String(n),
    sender: conversation.people[n % conversation.people.length],
    sent_at: 1_760_000_000_000 + n * 400_000,
    body: { is: "text", content: `${n} ${"您好，现货还有吗？".repeat(1 + (n % 7))}` },
    files: [],
    recalled: null,
  });
  await page.route(/\/conversations\/\d+\/messages/, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const [before, after] = [query.get("before"), query.get("after")];
    const from = Math.max(0, after ? Number(after) + 1 : Number(before ?? count) - 50);
    const to = Math.min(count, after ? from + 50 : Number(before ?? count));
    return route.fulfill({
      json: {
        conversation,
        items: Array.from({ length: to - from }, (_, place) => said(from + place)),
        before: from > 0 ? String(from) : null,
        after: to < count ? String(to - 1) : null,
      },
    });
  });
}

test("a long conversation is read to its beginning and back with few messages on the page", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await reading(page);
  const id = await longest(page);
  await lengthen(page, id, 700);
  await page.goto(`/archive/conversations/${id}`);
  const thread = page.getByRole("region", { name: "消息" });
  const lines = thread.locator("[data-message]");
  await expect(lines).toHaveCount(50);
  const to = async (end: "first" | "last", place: number, wanted: string) => {
    for (;;) {
      const line = lines[end]();
      const at = (await line.getAttribute("data-message")) ?? "";
      if (at === wanted) return;
      await thread.evaluate((one, top) => {
        one.scrollTop = top;
      }, place);
      await expect(line).not.toHaveAttribute("data-message", at);
      // What was read stays in sight while others come and go.
      await expect(thread.locator(`[data-message="${at}"]`)).toBeInViewport();
      expect(await lines.count()).toBeLessThanOrEqual(500);
    }
  };
  await to("first", 0, "0");
  await to("last", 1e9, "699");
  const ids = await lines.evaluateAll((all) => all.map((one) => Number(one.dataset.message)));
  expect(ids).toEqual(Array.from({ length: 500 }, (_, n) => 200 + n));
});

test("a customer's page leads to their conversations, and those back to it", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await reading(page);
  const { body } = await api<{
    items: { id: string; people: { id: string; kind: string; name: string }[] }[];
  }>(page, "GET", "archive/conversations?kind=single&channel=external&limit=50");
  const customer = body.items[0]?.people.find((one) => one.kind === "customer");
  if (!customer) throw new Error("nobody talks with a customer");
  await page.goto(`/customers/${customer.id}`);
  await expect(page.getByRole("heading", { level: 1, name: customer.name })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "customer");
  await page.getByRole("main").getByRole("link", { name: "会话", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`person=${customer.id}`));
  const list = page.getByRole("region", { name: "会话", exact: true });
  // Groups they are in have names of their own.
  const own = list.getByRole("link").filter({ hasText: customer.name }).filter({ hasText: "单聊" });
  await own.first().click();
  const head = page.getByRole("heading", { level: 2 });
  await expect(head.getByRole("link", { name: customer.name })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "head");
  await head.getByRole("link", { name: customer.name }).click();
  await expect(page).toHaveURL(new RegExp(`/customers/${customer.id}`));
});
