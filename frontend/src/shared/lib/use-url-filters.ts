import { useSearchParams } from "react-router";

/** Filters kept in the address, so that a filtered list can be shared and the back button works. */
export function useUrlFilters<Key extends string>(keys: readonly Key[]) {
  const [params, setParams] = useSearchParams();
  const value = (key: Key) => params.get(key) ?? "";
  const set = (key: Key, next: string | null) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (next) after.set(key, next);
        else after.delete(key);
        if (key !== "page") after.delete("page");
        return after;
      },
      { replace: true },
    );
  const clear = () => setParams({}, { replace: true });
  const isFiltered = keys.some((key) => key !== "page" && value(key) !== "");
  const page = Math.max(1, Number(params.get("page")) || 1);
  return { value, set, clear, isFiltered, page };
}
