import { Text } from "@mantine/core";
import type { KeyboardEvent } from "react";
import { useEffect, useMemo, useRef } from "react";
import classes from "@/features/editor/canvas/outline-view.module.css";
import { StepIcon } from "@/features/editor/canvas/step-icon";
import { stepTitle } from "@/features/editor/model/definition";
import type { OutlineRow } from "@/features/editor/model/outline";
import { outlineMove, outlineOf } from "@/features/editor/model/outline";
import { useEditor, useEditorStore } from "@/features/editor/store/editor-store";
import {
  selectCatalogue,
  selectDefinition,
  selectOverlays,
  selectSelectedStep,
} from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";
import { StepStatusBadge } from "@/shared/ui/status-badge";

/** The workflow as a tree to read, in step with the canvas: the same selection, the same keys, no pointer needed. */
export function OutlineView() {
  const definition = useEditor(selectDefinition);
  const chosen = useEditor(selectSelectedStep)?.id;
  const rows = useMemo(() => outlineOf(definition), [definition]);
  const focused = rows.some(({ step }) => step.id === chosen) ? chosen : rows[0]?.step.id;
  const tree = useRef<HTMLDivElement>(null);
  useFocusOf(tree, chosen);
  const move = useMoves(rows);
  return (
    <section className={classes.view} aria-label={texts.outline.label}>
      <Text size="sm" c="dimmed" id="outline-help">
        {rows.length ? texts.outline.help : texts.outline.empty}
      </Text>
      {rows.length ? (
        <div
          ref={tree}
          role="tree"
          aria-label={texts.outline.label}
          aria-describedby="outline-help"
          className={classes.tree}
          onKeyDown={move}
        >
          {rows.map((row) => (
            <Item
              key={row.step.id}
              row={row}
              isChosen={row.step.id === chosen}
              isFocused={row.step.id === focused}
            />
          ))}
        </div>
      ) : null}
    </section>
  );
}

/** What is chosen elsewhere, such as a step just added, has the focus here while nothing else needs it. */
function useFocusOf(tree: React.RefObject<HTMLDivElement | null>, id: string | undefined): void {
  useEffect(() => {
    const isFree = document.activeElement === document.body || tree.current?.contains(document.activeElement);
    if (id && isFree) itemOf(tree.current, id)?.focus();
  }, [tree, id]);
}

function useMoves(rows: readonly OutlineRow[]) {
  const store = useEditorStore();
  return (event: KeyboardEvent<HTMLDivElement>) => {
    const from = event.target instanceof HTMLElement ? (event.target.dataset.step ?? "") : "";
    if (event.ctrlKey || event.metaKey || event.altKey) return; // those are for the whole editor
    if (event.key === "Enter") {
      event.preventDefault();
      document.querySelector<HTMLElement>(`[aria-label="${texts.panel.label}"] [role="tab"]`)?.focus();
      return;
    }
    const to = outlineMove(rows, { from, key: event.key });
    if (to === undefined) return;
    event.preventDefault();
    store.getState().select({ steps: [to] });
    itemOf(event.currentTarget, to)?.focus();
  };
}

type ItemProps = { row: OutlineRow; isChosen: boolean; isFocused: boolean };

function Item({ row: { step, level, position, size, after }, isChosen, isFocused }: ItemProps) {
  const store = useEditorStore();
  const type = useEditor(selectCatalogue).get(step.type);
  const overlay = useEditor(selectOverlays)[step.id];
  const choose = () => store.getState().select({ steps: [step.id] });
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: The tree around it listens to the keys.
    <div
      role="treeitem"
      aria-level={level}
      aria-posinset={position}
      aria-setsize={size}
      aria-selected={isChosen}
      tabIndex={isFocused ? 0 : -1}
      data-step={step.id}
      className={classes.item}
      style={{ paddingLeft: 12 + (level - 1) * 28 }}
      onFocus={choose}
      onClick={choose}
    >
      <StepIcon name={type?.icon ?? "box"} />
      <span className={classes.name}>{stepTitle(step)}</span>
      <span className={classes.detail}>
        {[
          type?.label ?? step.type,
          step.enabled === false ? texts.canvas.disabled : "",
          texts.outline.after(after),
        ]
          .filter(Boolean)
          .join(", ")}
      </span>
      {overlay ? <StepStatusBadge status={overlay.status} /> : null}
    </div>
  );
}

function itemOf(tree: HTMLElement | null, id: string): HTMLElement | null {
  return tree?.querySelector<HTMLElement>(`[data-step="${CSS.escape(id)}"]`) ?? null;
}
