import { expect, test } from "vitest";
import { curlCommand } from "@/features/webhooks/curl-command";

const url = "http://127.0.0.1:8000/hooks/abc/";

test("without proof it is a plain call", () => {
  const command = curlCommand({ webhook: { auth: "none", methods: ["POST"] }, url, secret: "" });

  expect(command).toBe(
    `curl -X POST '${url}' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"hello": "world"}'`,
  );
});

test("a webhook without POST is called by the first method it takes", () => {
  expect(curlCommand({ webhook: { auth: "none", methods: ["GET"] }, url, secret: "" })).toContain("-X GET");
});

test("HMAC signs the time and the body", () => {
  const command = curlCommand({ webhook: { auth: "hmac", methods: ["POST"] }, url, secret: "s3cret" });

  expect(command).toContain(`printf '%s.%s' "$TIME" "$BODY" | openssl dgst -sha256 -hmac 's3cret'`);
  expect(command).toContain('-H "X-Signature-256: sha256=$SIGNATURE"');
  expect(command).toContain('-H "X-Timestamp: $TIME"');
});

test("Standard Webhooks are signed with the key inside the secret", () => {
  const command = curlCommand({
    webhook: { auth: "standard", methods: ["POST"] },
    url,
    secret: "whsec_QUJD",
  });

  expect(command).toContain("printf %s 'QUJD' | base64 -d");
  expect(command).toContain('-H "webhook-signature: v1,$SIGNATURE"');
});

test("a secret with a quote cannot leave its argument", () => {
  const command = curlCommand({
    webhook: { auth: "bearer", methods: ["POST"] },
    url,
    secret: "a'; rm -rf /; '",
  });

  expect(command).toContain(String.raw`'Authorization: Bearer a'\''; rm -rf /; '\'''`);
});
