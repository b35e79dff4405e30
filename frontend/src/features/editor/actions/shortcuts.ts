/** Whether a pressed key is the shortcut, such as `mod+shift+z`, `delete` or `?`. */
export function matches(event: KeyboardEvent, shortcut: string): boolean {
  const parts = shortcut.split("+");
  const key = parts.at(-1) || "+";
  const wanted = new Set(parts.slice(0, -1));
  const isSymbol = key.length === 1 && !/[a-z0-9]/.test(key);
  return (
    keyOf(event, key) === key &&
    (event.ctrlKey || event.metaKey) === wanted.has("mod") &&
    event.altKey === wanted.has("alt") &&
    (isSymbol || event.shiftKey === wanted.has("shift"))
  );
}

/** With Alt some keyboards give another letter: then the place of the key counts. */
function keyOf(event: KeyboardEvent, wanted: string): string {
  const isLetter = /^[a-z]$/.test(wanted);
  return isLetter && event.altKey ? event.code.replace("Key", "").toLowerCase() : event.key.toLowerCase();
}

/** Whether keys belong to a text field, a menu or a dialog at the moment. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) {
    return false;
  }
  const field = target.closest(
    "input, textarea, select, [contenteditable='true'], [role='dialog'], [role='menu']",
  );
  const isToggle =
    target instanceof HTMLInputElement && ["checkbox", "radio", "button"].includes(target.type);
  return field !== null && !(isToggle && field === target && !target.closest("[role='dialog']"));
}

const NAMES: Readonly<Record<string, string>> = {
  mod: "Ctrl",
  shift: "Shift",
  alt: "Alt",
  delete: "Del",
  backspace: "Backspace",
  enter: "Enter",
  escape: "Esc",
};

/** The keys of a shortcut as people read them. */
export function keysOf(shortcut: string): string[] {
  const isMac = navigator.platform.startsWith("Mac");
  const parts = shortcut === "+" ? ["+"] : shortcut.split("+");
  return parts.map((part) => (part === "mod" && isMac ? "⌘" : (NAMES[part] ?? part.toUpperCase())));
}
