import { ApiError } from "@/shared/api/errors";
import { ErrorState } from "@/shared/ui/error-state";

type FormErrorProps = { error: unknown; title: string; fields: readonly string[] };

/** What the server said about a form, without what stands at the fields already. */
export function FormError({ error, title, fields }: FormErrorProps) {
  if (!error) return null;
  if (!(error instanceof ApiError) || error.problems.length === 0)
    return <ErrorState error={error} title={title} />;
  const elsewhere = error.problems.filter(({ path }) => !fields.includes(path));
  if (elsewhere.length === 0) return null;
  const { error: short, detail, status } = error;
  return (
    <ErrorState error={new ApiError({ error: short, detail, status, problems: elsewhere })} title={title} />
  );
}

/** The problems of an answer by field, for `form.setErrors`. */
export function fieldErrors({ error, fields }: { error: unknown; fields: readonly string[] }) {
  const found: Record<string, string> = {};
  if (!(error instanceof ApiError)) return found;
  for (const { path, message, hint } of error.problems) {
    if (fields.includes(path) && !found[path]) found[path] = hint ? `${message} ${hint}` : message;
  }
  return found;
}
