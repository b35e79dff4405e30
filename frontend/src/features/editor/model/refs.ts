/** What a step waits for: another step's port. Written `step` for the port `next`, else `step.port`. */
export type Ref = { step: string; port: string };

export const NEXT = "next";

export function parseRef(text: string): Ref {
  const dot = text.indexOf(".");
  return dot < 0 ? { step: text, port: NEXT } : { step: text.slice(0, dot), port: text.slice(dot + 1) };
}

export function formatRef({ step, port }: Ref): string {
  return port === NEXT ? step : `${step}.${port}`;
}

export function sameRef(left: string, right: string): boolean {
  return formatRef(parseRef(left)) === formatRef(parseRef(right));
}
