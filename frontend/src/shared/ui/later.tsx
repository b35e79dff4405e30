import type { ComponentType } from "react";
import { lazy, Suspense, useState } from "react";

/**
 * A dialog whose code is fetched when it is first opened, so that it adds nothing to the first load of its page.
 * Once there it stays, and closes with its own animation.
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  isOpen: (props: Props) => boolean,
): ComponentType<Props> {
  const Loaded: ComponentType<Props> = lazy(async () => ({ default: await load() }));
  return (props) => (
    <OnceWanted wanted={isOpen(props)}>
      <Loaded {...props} />
    </OnceWanted>
  );
}

function OnceWanted({ wanted, children }: { wanted: boolean; children: React.ReactNode }) {
  const [ever, setEver] = useState(wanted);
  if (wanted && !ever) setEver(true);
  return ever ? <Suspense fallback={<span aria-busy hidden />}>{children}</Suspense> : null;
}
