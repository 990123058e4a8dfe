import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { inflateRawSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { api, expect, expectAccessible, looking, PASSWORD, shot, signIn, test } from "./person";

/** The files of a ZIP, by its central directory (APPNOTE 4.3.12). */
function unzipped(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06"));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const length = (place: number) => zip.readUInt16LE(at + place);
    const name = length(28);
    const path = zip.toString("utf8", at + 46, at + 46 + name);
    const local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(from, from + zip.readUInt32LE(at + 20));
    files.set(path, zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed);
    at += 46 + name + length(30) + length(32);
  }
  return files;
}

/** A conversation with a picture that is stored. */
async function withPicture(page: Page): Promise<string> {
  await api(page, "POST", "archive/reason", { reason: "核对客户投诉" });
  let found = "";
  await expect
    .poll(
      async () => {
        const wanted = [{ by: "kind", value: "image" }];
        const { body } = await api<{
          items: { conversation: string; files: { state: string }[] }[];
        }>(page, "POST", "archive/search", { query: "", wanted, limit: 50 });
        const stored = body.items?.find((one) => one.files.some((file) => file.state === "stored"));
        found = stored?.conversation ?? "";
        return found;
      },
      { timeout: 120_000 },
    )
    .not.toBe("");
  return found;
}

/** With another first digit. */
const anotherSum = (sum: string) => sum.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));

test("s47 a conversation is taken out, and the page in the package verifies it without a network", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await looking(context, {});
  await signIn(page);
  const id = await withPicture(page);
  await page.goto(`/archive/conversations/${id}`);
  await page.getByRole("button", { name: "证据包" }).click();
  const dialog = page.getByRole("dialog", { name: "证据包" });
  await dialog.getByRole("textbox", { name: "查阅理由" }).fill("客户投诉 2026-118");
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "查看内容" }).click();
  const password = page.getByRole("dialog", { name: "请再次输入密码" });
  const take = dialog.getByRole("button", { name: "下载证据包" });
  await expect(take.or(password)).toBeVisible();
  if (await password.isVisible()) {
    await password.getByRole("textbox", { name: "密码" }).fill(PASSWORD);
    await password.getByRole("button").last().click();
  }
  await expect(take).toBeVisible();
  await expectAccessible(page);
  await shot(page, "evidence");
  const fingerprint = (await dialog.getByText(/^[0-9a-f]{64}$/).textContent()) ?? "";
  const [download] = await Promise.all([page.waitForEvent("download"), take.click()]);
  const files = unzipped(await readFile(await download.path()));
  const folder = await mkdtemp(join(tmpdir(), "evidence-"));
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  const pictures = [...files.keys()].filter((path) => path.startsWith("files/"));
  expect(pictures.length).toBeGreaterThan(0);

  // On another machine: no session, no network.
  const elsewhere = await context.newPage();
  await elsewhere.goto(pathToFileURL(join(folder, "transcript.html")).href);
  await expect(elsewhere.getByText("客户投诉 2026-118")).toBeVisible();
  const picture = elsewhere.locator("img").first();
  await picture.scrollIntoViewIfNeeded();
  await expect
    .poll(() => picture.evaluate((one) => (one as HTMLImageElement).naturalWidth))
    .toBeGreaterThan(0);
  await shot(elsewhere, "evidence-transcript");
  await elsewhere.goto(pathToFileURL(join(folder, "verify.html")).href);
  const told = elsewhere.getByRole("status");
  const choose = () => elsewhere.getByLabel("folder").setInputFiles(folder);
  await choose();
  // Without the issuer's fingerprint nothing is called good.
  await expect(told.getByText(`由此密钥签名：${fingerprint}`)).toBeVisible();
  await expect(told.locator(".good")).toHaveCount(0);
  const again = async (typed: string) => {
    await elsewhere.reload();
    await elsewhere.getByLabel("fingerprint").fill(typed);
    await choose();
  };
  await again(anotherSum(fingerprint));
  await expect(told.getByText("由另一密钥签名")).toBeVisible();
  await again(fingerprint);
  await expect(told.getByText(`${files.size - 2} 个文件均未改动`)).toBeVisible();
  await expect(told.locator(".good")).toHaveCount(1);
  await shot(elsewhere, "evidence-verified");

  // One changed byte is named, and so is a file that was added or taken away.
  const changed = Buffer.from(files.get(pictures[0] ?? "") ?? "");
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  await writeFile(join(folder, pictures[0] ?? ""), changed);
  await writeFile(join(folder, "more.txt"), "");
  await choose();
  await expect(told.getByText(`文件被改动：${pictures[0]}`)).toBeVisible();
  await expect(told.getByText("多出的文件：more.txt")).toBeVisible();
  await expect(told.getByText("均未改动")).toHaveCount(0);
  await shot(elsewhere, "evidence-changed");
  await writeFile(
    join(folder, "SHA256SUMS"),
    anotherSum(files.get("SHA256SUMS")?.toString() ?? ""),
  );
  await again(fingerprint);
  await expect(told.getByText("签名无效")).toBeVisible();
});
