import react from "@vitejs/plugin-react";
import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";
import { firstLoad } from "./tools/first-load.ts";

const BACKEND = loadEnv("development", ".", "STEPGRAPH_").STEPGRAPH_BACKEND ?? "http://127.0.0.1:8000";

const SHARED_MODULES =
  /node_modules[\\/](react|react-dom|scheduler|react-router|@tanstack|@babel|zustand|zod|clsx|classcat|use-sync-external-store)[\\/]/;

// biome-ignore lint/style/noDefaultExport: Vite reads the default export.
export default defineConfig({
  base: "/",
  plugins: [react(), firstLoad()],
  resolve: { alias: { "@": decodeURIComponent(new URL("./src", import.meta.url).pathname) } },
  server: {
    host: "127.0.0.1",
    proxy: {
      "^/api/": { target: BACKEND },
      "^/hooks/": { target: BACKEND },
      "^/forms/.": { target: BACKEND }, // one form; the list of them is a page of ours
      "^/calendars/": { target: BACKEND },
      "^/health/": { target: BACKEND },
    },
  },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    // The content security policy allows no data: scripts or fonts, so nothing may be inlined.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // The first that matches takes a module with all that it needs, so that the widest shared come first.
            { name: "react", priority: 40, test: SHARED_MODULES },
            { name: "canvas", priority: 20, test: /node_modules[\\/](@xyflow|@dagrejs|d3-)/ },
            { name: "codemirror", priority: 10, test: /node_modules[\\/](@codemirror|@lezer|@uiw|@marijn)/ },
          ],
        },
      },
    },
  },
  test: {
    css: false,
    restoreMocks: true,
    unstubGlobals: true,
    testTimeout: 20_000, // a loaded machine is slow, not wrong
    pool: "threads",
    // Files share a thread: the component library and a document are made once and not for each file.
    // `shared/testing/setup.ts` takes back what a test leaves behind.
    isolate: false,
    projects: [
      // Plain logic needs no browser.
      {
        extends: true,
        test: {
          name: "logic",
          environment: "node",
          include: ["src/**/*.test.ts"],
          exclude: ["src/**/*.dom.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "pages",
          environment: "jsdom",
          include: ["src/**/*.test.tsx", "src/**/*.dom.test.ts"],
          setupFiles: ["./src/shared/testing/setup.ts"],
        },
      },
    ],
  },
});
