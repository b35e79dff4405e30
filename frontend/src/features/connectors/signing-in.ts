import { useEffect } from "react";
import { useSearchParams } from "react-router";
import { connectorTexts } from "@/features/connectors/texts";
import type { Connector } from "@/shared/api/connector-queries";
import { notifyDone } from "@/shared/ui/notify";

/** Whether a person has to sign in elsewhere before the connector can be used. */
export function needsSignIn({ config }: Pick<Connector, "config">): boolean {
  const { auth } = config;
  const isObject = typeof auth === "object" && auth !== null && !Array.isArray(auth);
  return isObject && auth.type === "oauth2_authorization_code";
}

/** Says so when the browser has come back from signing in. */
export function useSignedIn(): void {
  const [params, setParams] = useSearchParams();
  const slug = params.get("signed_in");
  useEffect(() => {
    if (slug) {
      notifyDone(connectorTexts.signIn.done(slug));
      setParams((before) => without(before, "signed_in"), { replace: true });
    }
  }, [slug, setParams]);
}

function without(params: URLSearchParams, name: string): URLSearchParams {
  const next = new URLSearchParams(params);
  next.delete(name);
  return next;
}
