import { useTimeout } from "@mantine/hooks";
import { useState } from "react";

/** Longer than a press of the mouse takes. */
const LINGER_MS = 300;

/**
 * Whether a field is worked in. It stays so for a moment after the focus has gone: what is shown below an active
 * field must not vanish between the press and the release of a click on something further down, which would move
 * that away from under the pointer.
 */
export function useActive() {
  const [isActive, setActive] = useState(false);
  const rest = useTimeout(() => setActive(false), LINGER_MS);
  const onFocus = () => {
    rest.clear();
    setActive(true);
  };
  return { isActive, handlers: { onFocus, onBlur: () => rest.start() } };
}
