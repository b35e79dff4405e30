/** Paths into JSON values, written as expressions write them. */

/** What a dragged field carries besides its text, for inputs that take a bare expression. */
export const PATH_TYPE = "application/x-stepgraph-path";

export function joinPath(path: string, key: string, isList: boolean): string {
  if (isList) {
    return `${path}[${key}]`;
  }
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** Puts a path on a drag: as a template for texts, and bare for expressions. */
export function dragPath(data: DataTransfer, path: string): void {
  data.setData("text/plain", `{{ ${path} }}`);
  data.setData(PATH_TYPE, path);
  data.effectAllowed = "copy";
}
