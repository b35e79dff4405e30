/** One message of a stream of server-sent events. */
export type SseMessage = { id: string; event: string; data: string };

/** Cuts a stream into messages; call it with each piece of text as it comes. Comments and unknown fields are ignored. */
export function createSseReader(): (piece: string) => SseMessage[] {
  let rest = "";
  return (piece) => {
    const blocks = (rest + piece).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    return blocks.map(messageOf).filter((message) => message !== null);
  };
}

function messageOf(block: string): SseMessage | null {
  const message = { id: "", event: "message" };
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const [field = "", value = ""] = splitField(line);
    if (field === "id") message.id = value;
    if (field === "event") message.event = value;
    if (field === "data") data.push(value);
  }
  return data.length ? { ...message, data: data.join("\n") } : null;
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
}
