import { ActionIcon, ScrollArea, TextInput, Tooltip } from "@mantine/core";
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconSearch } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { useState } from "react";
import { focusOutline } from "@/features/editor/canvas/focus-outline";
import { findStep, stepTitle } from "@/features/editor/model/definition";
import { groupTypes, PALETTE_SEARCH_ID } from "@/features/editor/palette/group-types";
import classes from "@/features/editor/palette/palette.module.css";
import { PaletteItem } from "@/features/editor/palette/palette-item";
import { useAddStep } from "@/features/editor/palette/use-add-step";
import type { EditorState } from "@/features/editor/store/editor-state";
import { useEditor } from "@/features/editor/store/editor-store";
import { selectCatalogue, selectSetView } from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

const selectIsOpen = (state: EditorState) => state.isPaletteOpen;
const selectConnectingName = (state: EditorState) => {
  const step = state.connectingFrom && findStep(state.history.present, state.connectingFrom.step);
  return step ? stepTitle(step) : null;
};

/** The kinds of steps: drag one onto the canvas, or choose it with click or Enter. */
export function Palette() {
  const isOpen = useEditor(selectIsOpen);
  const setView = useEditor(selectSetView);
  if (!isOpen) {
    return (
      <aside className={classes.closed} aria-label={texts.palette.label}>
        <Tooltip label={texts.palette.expand} position="right">
          <ActionIcon aria-label={texts.palette.expand} onClick={() => setView({ isPaletteOpen: true })}>
            <IconLayoutSidebarLeftExpand size={18} />
          </ActionIcon>
        </Tooltip>
      </aside>
    );
  }
  return <OpenPalette onClose={() => setView({ isPaletteOpen: false })} />;
}

function OpenPalette({ onClose }: { onClose: () => void }) {
  const [search, setSearch] = useState("");
  const catalogue = useEditor(selectCatalogue);
  const connectingName = useEditor(selectConnectingName);
  const add = useAddStep();
  const groups = groupTypes([...catalogue.values()], search);
  const first = groups[0]?.types[0];
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter" && first) {
      add(first.type);
      setSearch("");
    }
    if (event.key === "Escape") {
      setSearch("");
      event.currentTarget.blur();
      focusOutline();
    }
  };
  return (
    <aside className={classes.palette} aria-label={texts.palette.label}>
      <div className={classes.head}>
        <TextInput
          id={PALETTE_SEARCH_ID}
          size="sm"
          flex={1}
          placeholder={texts.palette.search}
          aria-label={texts.palette.search}
          leftSection={<IconSearch size={15} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <Tooltip label={texts.palette.collapse}>
          <ActionIcon aria-label={texts.palette.collapse} onClick={onClose}>
            <IconLayoutSidebarLeftCollapse size={18} />
          </ActionIcon>
        </Tooltip>
      </div>
      <p className={connectingName ? classes.connecting : classes.hint}>
        {connectingName ? texts.palette.connecting(connectingName) : texts.palette.hint}
      </p>
      <ScrollArea flex={1} type="auto">
        {groups.map((group) => (
          <section key={group.category} className={classes.group} aria-label={group.category}>
            <h2 className={classes.category}>{group.category}</h2>
            {group.types.map((type) => (
              <PaletteItem key={type.type} type={type} onAdd={add} />
            ))}
          </section>
        ))}
        {groups.length === 0 ? <p className={classes.hint}>{texts.palette.nothing}</p> : null}
      </ScrollArea>
    </aside>
  );
}
