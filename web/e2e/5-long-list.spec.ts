import { api, expect, looking, signIn, test } from "./person";

interface Known {
  items: { id: string; counts: { total: number } }[];
}

/** Of whatever length the largest handover is; with `JIEBANG_E2E_DEMO="--customers 100000"`, that. */
test("a long list is scrolled to its end while only the rows in sight are drawn", async ({
  page,
  context,
}) => {
  test.setTimeout(600_000);
  await looking(context, {});
  await signIn(page);
  const { body } = await api<Known>(page, "GET", "handovers?limit=100");
  const largest = body.items.sort((one, other) => other.counts.total - one.counts.total)[0];
  test.skip(!largest, "no handover yet");
  const total = largest?.counts.total ?? 0;

  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/rows?")) asked.push(request.url());
  });
  await page.goto(`/handovers/${largest?.id}`);
  const table = page.getByRole("table", { name: "客户与客户群" });
  await expect(table.getByRole("row").first()).toBeVisible();
  const reach = () => table.evaluate((one) => one.scrollTo(0, one.scrollHeight));
  const height = () => table.evaluate((one) => one.scrollHeight);
  const drawn = () => table.getByRole("row").count();

  for (let page_ = 0; page_ < Math.ceil(total / 1000); page_ += 1) {
    const before = await height();
    await reach();
    expect(await drawn()).toBeLessThan(80);
    if (page_ + 1 < Math.ceil(total / 1000)) await expect.poll(height).toBeGreaterThan(before);
  }
  await reach();
  await expect(table.locator(".hole")).toHaveCount(0);
  await expect(table.getByRole("row").last()).toBeVisible();
  const pages = new Set(asked.map((url) => new URL(url).searchParams.get("cursor") ?? ""));
  expect(pages.size, "every page was asked for by its cursor").toBe(Math.ceil(total / 1000));

  await table.evaluate((one) => one.scrollTo(0, 0));
  await expect(table.locator(".hole")).toHaveCount(0);
  await expect(table.getByRole("row").first()).toBeVisible();
  expect(await drawn()).toBeLessThan(80);
});
