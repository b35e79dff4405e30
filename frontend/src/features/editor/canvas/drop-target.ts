/** The id of the wire under a point of the window, looking through whatever is dragged there. */
export function edgeIdAt(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const id = element.closest(".react-flow__edge")?.getAttribute("data-id");
    if (id?.includes("->")) {
      return id;
    }
  }
  return null;
}

/** Whether a point of the window is over the canvas and not over something that floats above it. */
export function isOverCanvas(x: number, y: number): boolean {
  return document.elementsFromPoint(x, y).some((element) => element.classList.contains("react-flow"));
}
