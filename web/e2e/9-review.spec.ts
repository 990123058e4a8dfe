import type { Locator, Page } from "@playwright/test";
import { api, expect, expectAccessible, looking, shot, signIn, test } from "./person";

interface Report {
  tally: { sampled: number; reviewed: number; passed: number; flagged: number; skipped: number };
}

test("a sample is drawn, read by keyboard, judged and counted", async ({ page, context }) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await signIn(page);
  await expect
    .poll(
      async () =>
        (await api<{ messages: number; new_rows: number }>(page, "GET", "archive")).body.messages,
      { timeout: 120_000 },
    )
    .toBeGreaterThan(500);

  await page.getByRole("link", { name: "抽查", exact: true }).click();
  await expect(page.getByText("还没有抽查")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "reviews-none");

  await page.getByRole("button", { name: "新建抽查" }).first().click();
  const form = page.getByRole("dialog", { name: "新建抽查" });
  await form.getByLabel("名称").fill("十一月合规抽查");
  await form.getByLabel("目的").fill("季度合规检查");
  await form.getByText("每人都抽").click();
  await expect(form.getByText(/共 [\d,]+ 个会话日，将抽取/)).toBeVisible();
  await form.getByText("随机抽取").click();
  await form.getByLabel("会话日数量").fill("6");
  await expect(form.getByText(/将抽取 6 个/)).toBeVisible();
  await expectAccessible(page);
  await shot(page, "review-form");
  await form.getByRole("button", { name: "抽取样本（6）" }).click();

  // The first item is handed out at once.
  const thread = page.getByRole("region", { name: "消息" });
  const bubbles = thread.locator("[data-message]");
  await expect(bubbles.first()).toBeVisible();
  await expect(page).toHaveURL(/item=1/);
  await expect(page.getByText("查看理由：十一月合规抽查")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "review-reading");
  const list = page.getByRole("region", { name: "样本" });

  await page.keyboard.press("p");
  await expect(page).toHaveURL(/item=2/);
  await expect(bubbles.first()).toBeVisible();
  await page.keyboard.press("f");
  const flag = page.getByRole("dialog", { name: "有问题" });
  await flag.getByText("违规承诺").click();
  await flag.getByLabel("说明").fill("答应返现");
  await expectAccessible(page);
  await shot(page, "review-flag");
  await flag.getByRole("button", { name: "有问题" }).click();
  await expect(page).toHaveURL(/item=3/);
  await expect(page.getByRole("button", { name: "跳过 S" })).toBeEnabled();
  await page.keyboard.press("s");
  await expect(page).toHaveURL(/item=4/);
  await expect(page.getByRole("button", { name: "通过 P" })).toBeEnabled();
  // Back to look at what was said, and forth again.
  await page.keyboard.press("k");
  await page.keyboard.press("k");
  await expect(page).toHaveURL(/item=2/);
  await expect(page.getByText("答应返现")).toBeVisible();
  await shot(page, "review-closed");
  await choose(page, "有问题、未处理");
  await expect(list.getByRole("listitem")).toHaveCount(1);
  // What is done about it, and how it went on.
  await page.getByRole("button", { name: "处置" }).click();
  const course = page.getByRole("dialog", { name: "经过" });
  await expect(course.getByText("季度合规检查")).toBeVisible();
  await course.getByLabel("如何处置").click();
  await page.getByTitle("培训").click();
  await course.getByLabel("说明").fill("已学习话术规范");
  await expectAccessible(page);
  await shot(page, "review-handling");
  await course.getByRole("button", { name: "处置" }).click();
  await expect(course.getByText("已学习话术规范")).toBeVisible();
  await expect(course.getByText("1 / ").first()).toBeVisible();
  await expect(course.getByText("还没有抽查").first()).toBeVisible();
  await expectAccessible(page);
  await shot(page, "review-course");
  await page.keyboard.press("Escape");
  await expect(list.getByText("没有这样的会话日")).toBeVisible();
  await choose(page, "有问题");
  await expect(list.getByText("已处置")).toBeVisible();
  await list.locator(".ant-select-clear").click({ force: true });
  await onAPhone(page, list);
  await page.keyboard.press("n");
  for (const number of [4, 5, 6]) {
    await expect(page).toHaveURL(new RegExp(`item=${number}`));
    await expect(page.getByRole("button", { name: "通过 P" })).toBeEnabled();
    await page.keyboard.press("p");
  }
  await expect(page.getByText("没有待查的会话了")).toBeVisible();
  await expect(list.getByText("跳过")).toBeVisible();

  await page.getByText("结果", { exact: true }).click();
  await expect(page.getByText(/95% 置信区间/)).toBeVisible();
  await expect(page.getByRole("img", { name: /发现的问题: 违规承诺 1/ })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "review-result");
  const id = new URL(page.url()).pathname.split("/").at(-1);
  const { body } = await api<Report>(page, "GET", `archive/reviews/${id}/report`);
  expect(body.tally).toMatchObject({ sampled: 6, reviewed: 5, passed: 4, flagged: 1, skipped: 1 });

  await page.getByRole("link", { name: "抽查", exact: true }).first().click();
  await expect(page.getByText("6 / 6")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "reviews");
  await page.getByText("覆盖与效率", { exact: true }).click();
  await expect(page.getByText("从未查到的成员")).toBeVisible();
  await expectAccessible(page);
  await shot(page, "review-period");
});

/** Of the samples those in a state. */
async function choose(page: Page, state: string): Promise<void> {
  await page.getByRole("region", { name: "样本" }).getByRole("combobox").click();
  await page.getByTitle(state, { exact: true }).click();
}

/** On a phone the list and what is read take turns. */
async function onAPhone(page: Page, list: Locator): Promise<void> {
  await page.setViewportSize({ width: 390, height: 780 });
  await expect(list).toBeHidden();
  await page.getByRole("button", { name: "样本", exact: true }).click();
  await expect(list.getByText("已处置")).toBeVisible();
  await shot(page, "review-phone");
  await list.getByText("已处置").click();
  await expect(list).toBeHidden();
  await page.setViewportSize({ width: 1280, height: 800 });
}
