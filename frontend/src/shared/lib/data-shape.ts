/** What kind of data a JSON value is, found out by looking at it: the columns of a table, the types of its fields. */

export type Shape = { name: string; type: string; isOptional: boolean; children: readonly Shape[] };

const MOST_ROWS_LOOKED_AT = 200;
const MOST_COLUMNS = 40;

/** The columns of a list of objects; null when the value is no such list. */
export function columnsOf(value: unknown): string[] | null {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRecord)) {
    return null;
  }
  const names = new Set(value.slice(0, MOST_ROWS_LOOKED_AT).flatMap((row) => Object.keys(row)));
  return [...names].slice(0, MOST_COLUMNS);
}

export function shapeOf(value: unknown, name = ""): Shape {
  if (Array.isArray(value)) {
    const items = value.slice(0, MOST_ROWS_LOOKED_AT).map((item) => shapeOf(item));
    const item = items.length > 0 ? items.reduce(merged) : null;
    const type = item ? `list of ${item.type}` : "empty list";
    return { name, type, isOptional: false, children: item?.children ?? [] };
  }
  if (isRecord(value)) {
    const children = Object.entries(value).map(([key, inner]) => shapeOf(inner, key));
    return { name, type: "object", isOptional: false, children };
  }
  return { name, type: scalarType(value), isOptional: false, children: [] };
}

/** The shape that fits both; a field that only one of them has is optional. */
function merged(one: Shape, other: Shape): Shape {
  const names = [...new Set([...one.children, ...other.children].map((child) => child.name))];
  const children = names.flatMap((name) => {
    const [left, right] = [one, other].map(({ children: list }) => list.find((child) => child.name === name));
    const both = left && right ? merged(left, right) : (left ?? right);
    return both ? [{ ...both, isOptional: both.isOptional || !left || !right }] : [];
  });
  const types = new Set([...one.type.split(" or "), ...other.type.split(" or ")]);
  return {
    name: one.name,
    type: [...types].join(" or "),
    isOptional: one.isOptional || other.isOptional,
    children,
  };
}

function scalarType(value: unknown): string {
  if (value === null || value === undefined) {
    return "null";
  }
  const names: Readonly<Record<string, string>> = {
    string: "text",
    boolean: "true or false",
    number: "number",
  };
  return names[typeof value] ?? typeof value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
