import type { Plugin, Rolldown } from "vite";

/** What a person waits for on the first visit of any page but the editor, gzipped. */
const MOST = 250_000;
const PAGE = /\/src\/features\/(?!editor\/).*-page\.tsx$/;

type Chunks = ReadonlyMap<string, Rolldown.OutputChunk>;

/** Fails the build when the first load of a console page has become too heavy, and names the heaviest page. */
export function firstLoad(): Plugin {
  return {
    name: "first-load",
    async generateBundle(_, bundle) {
      const [heaviest, ...others] = await weighed(chunksOf(bundle));
      if (!heaviest) this.error("No page was found to weigh: look at PAGE in tools/first-load.ts.");
      const text = `${heaviest.name} loads ${kilobytes(heaviest.bytes)} of JavaScript, gzipped`;
      if (heaviest.bytes > MOST) this.error(`${text}; ${kilobytes(MOST)} are allowed. Load something later.`);
      this.info(`First load of ${others.length + 1} pages: at most, ${text}.`);
    },
  };
}

function chunksOf(bundle: Rolldown.OutputBundle): Chunks {
  const outputs = Object.values(bundle).filter((output) => output.type === "chunk");
  return new Map(outputs.map((chunk) => [chunk.fileName, chunk]));
}

/** The pages, the heaviest first. */
async function weighed(chunks: Chunks) {
  const all = [...chunks.values()];
  const entries = all.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName);
  const pages = all.filter(({ facadeModuleId }) => PAGE.test(facadeModuleId ?? ""));
  const sizes = new Map(await Promise.all(all.map(async ({ fileName, code }) => sized(fileName, code))));
  return pages
    .map(({ name, fileName }) => {
      const needed = [...neededBy([...entries, fileName], chunks)];
      return { name, bytes: needed.reduce((sum, one) => sum + (sizes.get(one) ?? 0), 0) };
    })
    .sort((one, other) => other.bytes - one.bytes);
}

/** The chunks and all that they import before they run. */
function neededBy(names: readonly string[], chunks: Chunks): Set<string> {
  const found = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...(chunks.get(name)?.imports ?? []));
  }
  return found;
}

async function sized(name: string, code: string): Promise<readonly [string, number]> {
  const zipped = new Blob([code]).stream().pipeThrough(new CompressionStream("gzip"));
  return [name, (await new Response(zipped).arrayBuffer()).byteLength];
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} KB`;
}
