/** Back to the chosen step of the outline, where that is what is shown. */
export function focusOutline(): void {
  document.querySelector<HTMLElement>('[role="tree"] [role="treeitem"][tabindex="0"]')?.focus();
}
