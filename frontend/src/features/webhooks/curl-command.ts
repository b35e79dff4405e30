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
    case "github":
      return signed({ secret, call, header: "X-Hub-Signature-256: sha256=$SIGNATURE", content: "" });
    case "stripe":
      return signed({ secret, call, header: "Stripe-Signature: t=$TIME,v1=$SIGNATURE", content: "$TIME." });
    case "slack":
      return signed({
        secret,
        call,
        header: "X-Slack-Signature: v0=$SIGNATURE",
        content: "v0:$TIME:",
        more: ['-H "X-Slack-Request-Timestamp: $TIME"'],
      });
    case "shopify":
      return signed({ secret, call, header: "X-Shopify-Hmac-Sha256: $SIGNATURE", content: "", base64: true });
    default:
      return auth satisfies never;
  }
}

type Signed = {
  secret: string;
  call: string;
  header: string;
  /** What is signed before the body. */
  content: string;
  more?: string[];
  base64?: boolean;
};

function signed({ secret, call, header, content, more = [], base64 = false }: Signed): string {
  const key = `openssl dgst -sha256 -hmac ${quoted(secret)}`;
  const made = base64 ? `${key} -binary | base64` : `${key} | sed 's/^.*= //'`;
  return [
    `BODY='${BODY}'; TIME=$(date +%s)`,
    `SIGNATURE=$(printf '%s%s' "${content}" "$BODY" | ${made})`,
    lines([call, JSON_HEADER, ...more, `-H "${header}"`, '-d "$BODY"']),
  ].join("\n");
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
