import type { Webhook } from "@/shared/api/schemas";

const BODY = '{"hello": "world"}';
const JSON_HEADER = "-H 'Content-Type: application/json'";

type Asked = { webhook: Pick<Webhook, "auth" | "methods">; url: string; secret: string };

/** A command that calls a webhook as it stands, signature and all, for a POSIX shell with curl and openssl. */
export function curlCommand({ webhook: { auth, methods }, url, secret }: Asked): string {
  const method = methods.includes("POST") ? "POST" : (methods[0] ?? "POST");
  const call = `curl -X ${method} ${quoted(url)}`;
  switch (auth) {
    case "none":
      return lines([call, JSON_HEADER, `-d '${BODY}'`]);
    case "bearer":
      return lines([call, `-H ${quoted(`Authorization: Bearer ${secret}`)}`, JSON_HEADER, `-d '${BODY}'`]);
    case "basic":
      return lines([call, `-u ${quoted(secret)}`, JSON_HEADER, `-d '${BODY}'`]);
    case "hmac":
      return `${signHmac(secret)}\n${lines([call, JSON_HEADER, '-H "X-Timestamp: $TIME"', '-H "X-Signature-256: sha256=$SIGNATURE"', '-d "$BODY"'])}`;
    case "standard":
      return `${signStandard(secret)}\n${lines([call, JSON_HEADER, '-H "webhook-id: $ID"', '-H "webhook-timestamp: $TIME"', '-H "webhook-signature: v1,$SIGNATURE"', '-d "$BODY"'])}`;
    default:
      return auth satisfies never;
  }
}

function signHmac(secret: string): string {
  return [
    `BODY='${BODY}'; TIME=$(date +%s)`,
    `SIGNATURE=$(printf '%s.%s' "$TIME" "$BODY" | openssl dgst -sha256 -hmac ${quoted(secret)} | sed 's/^.*= //')`,
  ].join("\n");
}

function signStandard(secret: string): string {
  const key = quoted(secret.replace(/^whsec_/, ""));
  return [
    `BODY='${BODY}'; TIME=$(date +%s); ID=msg_$TIME`,
    `KEY=$(printf %s ${key} | base64 -d | od -An -vtx1 | tr -d ' \\n')`,
    `SIGNATURE=$(printf '%s.%s.%s' "$ID" "$TIME" "$BODY" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | base64)`,
  ].join("\n");
}

/** One argument of a POSIX shell, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function lines(parts: string[]): string {
  return parts.join(" \\\n  ");
}
