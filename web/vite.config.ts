import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The server embeds these twins and never compresses at run time. */
function compressedTwins(): Plugin {
  return {
    name: "compressed-twins",
    apply: "build",
    closeBundle() {
      for (const entry of readdirSync("dist", { recursive: true, withFileTypes: true })) {
        if (entry.isFile() && /\.(js|css|html|svg)$/.test(entry.name)) {
          const path = join(entry.parentPath, entry.name);
          writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
        }
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), compressedTwins()],
  build: { target: "es2022", sourcemap: false, chunkSizeWarningLimit: 1500 },
  server: {
    fs: { allow: [".."] },
    proxy: { "/api": process.env.JIEBANG_URL ?? "http://127.0.0.1:8080" },
  },
  test: { include: ["src/**/*.test.ts"] },
});
