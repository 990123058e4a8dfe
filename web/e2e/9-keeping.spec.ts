import type { Page } from "@playwright/test";
import { api, expect, expectAccessible, looking, shot, signIn, test } from "./person";

interface Talk {
  id: string;
  kind: string;
  people: { id: string; kind: string; name: string }[];
}

test("a policy is simulated and put in force, a hold stands against erasing, a certificate remains", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await signIn(page);
  await expect
    .poll(
      async () =>
        (await api<{ items: Talk[] }>(page, "GET", "archive/conversations")).body.items.length,
      { timeout: 120_000 },
    )
    .toBeGreaterThan(3);

  await page.getByRole("link", { name: "存档策略" }).click();
  await expect(page.getByText("还没有策略")).toBeVisible();
  await page.getByRole("button", { name: "新建策略" }).click();
  const form = page.getByRole("dialog", { name: "新建策略" });
  await form.getByLabel("名称").fill("按岗位保存");
  await form.getByRole("button", { name: "添加规则" }).click();
  await form.getByLabel("规则名称").fill("内部沟通");
  await form.getByRole("combobox", { name: "会话范围" }).click();
  await page.locator(".ant-select-item-option", { hasText: "内部" }).click();
  await page.keyboard.press("Escape");
  await form.getByLabel("保存天数").first().fill("30");
  await expectAccessible(page);
  await shot(page, "policy-form");
  await form
    .getByRole("button", { name: "保 存" })
    .or(form.getByRole("button", { name: "保存" }))
    .first()
    .click();
  const version = page.getByRole("region", { name: "按岗位保存" });
  await expect(version.getByRole("button", { name: /启\s?用/ })).toBeDisabled();
  await version.getByRole("button", { name: /试\s?算/ }).click();
  await expect(version.getByText("试算于")).toBeVisible({ timeout: 30_000 });
  await version.getByRole("button", { name: /启\s?用/ }).click();
  await expect(page.getByRole("dialog").getByText(/按试算，将删除 [\d,]+ 条消息/)).toBeVisible();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /启\s?用/ })
    .click();
  await expect(version.getByText("使用中")).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);
  await shot(page, "policies");

  const { body } = await api<{ items: Talk[] }>(page, "GET", "archive/conversations?kind=single");
  const customers = body.items.flatMap((one) => one.people).filter(isCustomer);
  const customer = await namedLikeNobodyElse(page, customers);

  await page.getByRole("link", { name: "法务保全" }).click();
  await expect(page.getByText("没有保全")).toBeVisible();
  await shot(page, "holds-none");
  await page.getByRole("button", { name: "设置保全" }).click();
  const place = page.getByRole("dialog", { name: "设置保全" });
  await choose(page, customer.name);
  await place.getByLabel("理由").fill("诉讼");
  await expectAccessible(page);
  await shot(page, "hold-form");
  await place.getByRole("button", { name: "设置保全" }).click();
  await expect(page.getByRole("cell", { name: "保全中" })).toBeVisible();
  await shot(page, "holds");

  await page.getByRole("link", { name: "删除记录" }).click();
  await page.getByRole("button", { name: "删除会话" }).click();
  const erase = page.getByRole("dialog", { name: "删除会话" });
  await choose(page, customer.name);
  await expect(erase.getByText(/项保全正在生效/)).toBeVisible();
  await expect(erase.getByText(/诉讼/)).toBeVisible();
  await expect(erase.getByRole("link", { name: "查看法务保全" })).toBeVisible();
  await expect(erase.getByRole("button", { name: "永久删除" })).toBeDisabled();
  await shot(page, "erase-held");
  await page.keyboard.press("Escape");

  await page.getByRole("link", { name: "法务保全" }).click();
  await page.getByRole("button", { name: /解\s?除/ }).click();
  const lift = page.getByRole("dialog", { name: "解除这项保全？" });
  await expect(lift.getByText(/没有消息会因此删除|解除后立即删除/)).toBeVisible();
  const lifting = lift.getByRole("button", { name: /解\s?除/ });
  await expect(lifting).toBeDisabled();
  await lift.getByLabel("解除原因").fill("结案");
  await lifting.click();
  await expect(page.getByText("已解除")).toBeVisible();

  await page.getByRole("link", { name: "删除记录" }).click();
  await page.getByRole("button", { name: "删除会话" }).click();
  await choose(page, customer.name);
  await expect(erase.getByText(/将永久删除/)).toBeVisible();
  await erase.getByLabel("理由").fill("客户要求");
  await expectAccessible(page);
  await shot(page, "erase-form");
  await erase.getByRole("button", { name: "永久删除" }).click();
  await expect(page.getByRole("cell", { name: "已完成" })).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: /查\s?看/ }).click();
  const certificate = page.getByRole("dialog", { name: "删除证明" });
  await expect(certificate.getByText(/reason 客户要求/)).toBeVisible();
  await expect(certificate.getByRole("cell", { name: /已销毁 \d+ 个会话密钥/ })).toBeVisible();
  await expectAccessible(page);
  await shot(page, "certificate");
  const gone = await api<{ items: Talk[] }>(
    page,
    "GET",
    `archive/conversations?person=${customer.id}`,
  );
  expect(gone.body.items).toEqual([]);
  // The log leads to what was done.
  await page.goto("/trust/audit?act=erasure.begin");
  const log = page.getByRole("table", { name: "操作日志" });
  await log.getByRole("button", { name: /^\d+$/ }).first().click();
  await page.getByRole("dialog").getByRole("link", { name: "打开" }).click();
  await expect(page.getByRole("cell", { name: "已完成" })).toBeVisible();
});

type Person = Talk["people"][number];

const isCustomer = (one: Person): boolean => one.kind === "customer";

async function namedLikeNobodyElse(page: Page, people: Person[]): Promise<Person> {
  for (const one of people) {
    const found = await api<{ items: unknown[] }>(
      page,
      "GET",
      `customers?q=${encodeURIComponent(one.name)}`,
    );
    if (found.body.items.length === 1) return one;
  }
  throw new Error("every customer who talks shares its name");
}

/** Chooses somebody in the dialog that is open. */
async function choose(page: Page, name: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox").first().click();
  await page.keyboard.type(name);
  await page.locator(".ant-select-item-option", { hasText: name }).first().click();
}
