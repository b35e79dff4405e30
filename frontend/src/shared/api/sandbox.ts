import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { api } from "@/shared/api/client";
import { pageOf } from "@/shared/api/schemas";

// --- what is in force --------------------------------------------------------------------------------------------

const languageSchema = z.object({
  name: z.string(),
  title: z.string(),
  available: z.boolean(),
  detail: z.string().default(""),
});
export type SandboxLanguage = z.infer<typeof languageSchema>;

const hostSchema = z.object({ address: z.string(), ok: z.boolean(), isolation: z.string().default("") });
export type SandboxHost = z.infer<typeof hostSchema>;

const sandboxSchema = z.object({
  isolation: z.string().default(""),
  reason: z.string().default(""),
  languages: z.array(languageSchema).default([]),
  running: z.number().nullish(),
  queued: z.number().nullish(),
  max_running: z.number().nullish(),
  network: z.object({ available: z.boolean(), enforced: z.boolean() }).nullish(),
  pool: z.object({ ready: z.number().optional() }).nullish(),
  hosts: z.array(hostSchema).nullish(),
  executions: z.record(z.string(), z.record(z.string(), z.number())).default({}),
  kills: z.record(z.string(), z.number()).default({}),
});
export type Sandbox = z.infer<typeof sandboxSchema>;

const LOOK_EVERY = 10_000;

/** The wall around scripts, their languages, and how busy the sandboxes are. */
export const sandboxQuery = queryOptions({
  queryKey: ["sandbox"],
  queryFn: ({ signal }) => api.get("/api/sandbox/", { schema: sandboxSchema, signal }),
  refetchInterval: LOOK_EVERY,
});

// --- packages ----------------------------------------------------------------------------------------------------

export const PACKAGE_STATES = ["waiting", "building", "ready", "failed"] as const;
export type PackageState = (typeof PACKAGE_STATES)[number];

const packageSetSchema = z.object({
  id: z.string(),
  language: z.string(),
  packages: z.array(z.string()),
  state: z.enum(PACKAGE_STATES),
  reason: z.string().default(""),
  log: z.string().default(""),
  size: z.number().default(0),
  created_at: z.string().nullish(),
  used_at: z.string().nullish(),
});
export type PackageSet = z.infer<typeof packageSetSchema>;

const WATCH_EVERY = 2_000;

/** What scripts of this organisation have had installed; looked at often while something is being installed. */
export const packagesQuery = queryOptions({
  queryKey: ["sandbox", "packages"],
  queryFn: ({ signal }) => api.get("/api/sandbox/packages/", { schema: pageOf(packageSetSchema), signal }),
  refetchInterval: (query) => (query.state.data?.results.some(isUnderWay) ? WATCH_EVERY : LOOK_EVERY),
});

function isUnderWay({ state }: PackageSet): boolean {
  return state === "waiting" || state === "building";
}

/** The set that a step with these requirements uses, if any script has asked for it. */
export function findPackageSet(
  sets: readonly PackageSet[],
  { language, packages }: { language: string; packages: readonly string[] },
): PackageSet | undefined {
  const wanted = spelled({ language, packages });
  return sets.find((set) => set.language === language && spelled(set) === wanted);
}

/** One spelling for the same wishes, as the server has it. */
function spelled({ language, packages }: { language: string; packages: readonly string[] }): string {
  const each = language === "python" ? pipSpelling : npmSpelling;
  return [...new Set(packages.map(each))].sort().join("\n");
}

function pipSpelling(text: string): string {
  const compact = text.replace(/\s+/g, "");
  const name = /^[A-Za-z0-9._-]+/.exec(compact)?.[0] ?? "";
  return name.replace(/[-_.]+/g, "-").toLowerCase() + compact.slice(name.length);
}

function npmSpelling(text: string): string {
  const compact = text.trim();
  return compact.lastIndexOf("@") > 0 ? compact : `${compact}@latest`;
}
