import { api, expect, expectAccessible, looking, signIn, test } from "./person";

test("checklists are written in the console, and read in the reader's language", async ({
  page,
  context,
}) => {
  await looking(context, {});
  await signIn(page);
  const before = (await api<object>(page, "GET", "case-templates")).body;
  await page.getByRole("link", { name: "交接清单" }).click();
  const general = page.getByRole("region", { name: "清单 3" });
  await expect(general.getByLabel("名称")).toHaveValue("通用");
  await general.getByRole("button", { name: "添加事项" }).click();
  const added = general.getByRole("textbox", { name: "事项 5" });
  await page.getByRole("button", { name: /保\s?存/ }).click();
  await expect(general.getByText("请填写")).toBeVisible();
  await added.fill("钥匙已交还");
  await expectAccessible(page);
  await page.getByRole("button", { name: /保\s?存/ }).click();
  await expect(page.getByText("已保存")).toBeVisible();
  await page.reload();
  await expect(added).toHaveValue("钥匙已交还");
  await page.getByRole("button", { name: "English" }).click();
  const english = page.getByRole("region", { name: "Checklist 3" });
  await expect(english.getByRole("textbox", { name: "Item 1", exact: true })).toHaveValue(
    "Console account disabled",
  );
  await expect(english.getByRole("textbox", { name: "Item 5" })).toHaveValue("钥匙已交还");
  expect((await api(page, "PUT", "case-templates", before)).status).toBe(200);
});

test("texts to customers are written, changed and removed", async ({ page, context }) => {
  await looking(context, {});
  await signIn(page);
  await page.getByRole("link", { name: "常用提示语" }).click();
  await page.getByRole("button", { name: "新建提示语" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("中文名称").fill("春节");
  await form.getByLabel("英文名称").fill("Spring");
  await form.getByLabel("给客户的提示语").fill("以后由{successor}为您服务");
  await expectAccessible(page);
  await form.getByRole("button", { name: /保\s?存/ }).click();
  await expect(page.getByRole("cell", { name: "以后由{successor}为您服务" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "修改提示语 春节" }).click();
  await form.getByLabel("给客户的提示语").fill("新年好");
  await form.getByRole("button", { name: /保\s?存/ }).click();
  await expect(page.getByRole("cell", { name: "新年好" })).toBeVisible();
  await page.getByRole("button", { name: "删除提示语 春节" }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /删\s?除/ })
    .click();
  await expect(page.getByRole("cell", { name: "新年好" })).toBeHidden();
});
