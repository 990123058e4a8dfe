/** A person in front of the console. */

import { AxeBuilder } from "@axe-core/playwright";
import {
  type BrowserContext,
  expect,
  type Locator,
  type Page,
  test as plain,
} from "@playwright/test";

function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run scripts/with-demo web/e2e/run`);
  return value;
}

export const LOGIN = given("JIEBANG_E2E_LOGIN");
export const PASSWORD = given("JIEBANG_E2E_PASSWORD");
export const LEAVER = given("JIEBANG_E2E_LEAVER");
const CONTROL = given("JIEBANG_E2E_CONTROL");

export interface Look {
  language?: "zh" | "en";
  colours?: "light" | "dark";
}

/** As if it had been chosen on this browser before. */
export async function looking(context: BrowserContext, look: Look): Promise<void> {
  const choice = { language: "zh", colours: "light", density: "comfortable", ...look };
  await context.addInitScript((kept) => {
    if (!localStorage.getItem("jiebang.appearance")) {
      localStorage.setItem("jiebang.appearance", JSON.stringify(kept));
    }
  }, choice);
}

export async function signIn(page: Page, login = LOGIN, password = PASSWORD): Promise<void> {
  await page.goto("/");
  await page.getByLabel(/^(账号|Account)$/).fill(login);
  await page.getByLabel(/^(密码|Password)$/).fill(password);
  await page.getByRole("button", { name: /^(登录|Sign in)$/ }).click();
  await expect(page.getByRole("navigation", { name: /^(菜单|Menu)$/ })).toBeVisible();
}

interface Reply<T> {
  status: number;
  body: T;
}

/** A call of the API with the session of the page. */
export async function api<T>(
  page: Page,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply<T>> {
  return page.evaluate(
    async ([verb, where, sent]) => {
      const session = await (await fetch("/api/v1/session")).json();
      const response = await fetch(`/api/v1/${where}`, {
        method: verb as string,
        headers: { "content-type": "application/json", "x-csrf-token": session.csrf_token },
        ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
      });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : null };
    },
    [method, path, body] as const,
  ) as Promise<Reply<T>>;
}

export interface TrueTransfer {
  external_userid: string;
  handover_userid: string;
  status: number;
}

/** Plants messages at WeCom, as the sandbox's `POST archive/rows` takes them. */
export async function plant(page: Page, rows: unknown[]): Promise<void> {
  const answer = await page.request.post(`${CONTROL}/archive/rows`, { data: { rows } });
  expect(answer.ok()).toBe(true);
}

/** What really happened at the platform to the customers of one member. */
export async function truth(page: Page, userid: string): Promise<TrueTransfer[]> {
  const address = `${CONTROL}/truth?only=transfers&handover_userid=${encodeURIComponent(userid)}`;
  const answer = await page.request.get(address);
  expect(answer.ok()).toBe(true);
  return ((await answer.json()) as { transfers: TrueTransfer[] }).transfers;
}

/** Reaches something with the Tab key alone. */
export async function tabTo(page: Page, wanted: Locator, most = 120): Promise<void> {
  await wanted.waitFor({ state: "attached" });
  for (let pressed = 0; pressed < most; pressed += 1) {
    if (await wanted.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`not reached by ${most} times Tab: ${wanted}`);
}

/** axe has nothing to report. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map((one) => `${one.id}: ${one.nodes[0]?.html.slice(0, 160)}`);
  expect(told).toEqual([]);
}

/** Fails a test whose page wrote an error to the browser's console. */
export const test = plain.extend<{ quiet: undefined }>({
  quiet: [
    async ({ page }, use) => {
      const said: string[] = [];
      page.on("pageerror", (error) => said.push(error.message));
      page.on("console", (line) => {
        // The browser reports every answer of 400 and above; those are tested by what is shown.
        if (line.type() === "error" && !line.text().startsWith("Failed to load resource")) {
          said.push(line.text());
        }
      });
      await use(undefined);
      expect(said).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** A picture of the page for people to look at, where `JIEBANG_E2E_SHOTS` names a folder. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.JIEBANG_E2E_SHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
