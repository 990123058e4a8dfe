// Writes src/api/generated.ts from the server's OpenAPI document.
// With --check it only says whether the committed file is up to date.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const document = new URL("../../crates/jiebang-server/openapi.json", import.meta.url);
const target = fileURLToPath(new URL("../src/api/generated.ts", import.meta.url));

const tree = await openapiTS(document, { alphabetize: true, defaultNonNullable: false });
const text = `// Generated from crates/jiebang-server/openapi.json by \`npm run client\`. Do not edit.\n\n${astToString(tree)}`;

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    process.stderr.write("src/api/generated.ts is out of date: run `npm run client`\n");
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
