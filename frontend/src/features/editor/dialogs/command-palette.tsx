import { createSpotlight, Spotlight } from "@mantine/spotlight";
import "@mantine/spotlight/styles.css";
import { IconNote, IconPlus, IconSearch } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import type { Action } from "@/features/editor/actions/action";
import { allActions } from "@/features/editor/actions/actions";
import { usePerform } from "@/features/editor/actions/use-actions";
import { useShowStep } from "@/features/editor/bars/use-show-step";
import { StepIcon } from "@/features/editor/canvas/step-icon";
import { Shortcut } from "@/features/editor/dialogs/small-dialogs";
import { findStep } from "@/features/editor/model/definition";
import type { Hit } from "@/features/editor/model/search";
import { searchDocument } from "@/features/editor/model/search";
import { useAddStep } from "@/features/editor/palette/use-add-step";
import { useEditor, useEditorStore } from "@/features/editor/store/editor-store";
import { NOTE_PREFIX } from "@/features/editor/store/selection-slice";
import {
  selectCanEdit,
  selectCatalogue,
  selectDefinition,
  selectSetView,
} from "@/features/editor/store/selectors";
import { texts } from "@/features/editor/texts";

const [store, spotlight] = createSpotlight();
const MOST_OF_A_GROUP = 12;

/** Everything by its name: what can be done, the steps that are there, and those that can be added. */
export function CommandPalette({ only }: { only?: "steps" }) {
  const setView = useEditor(selectSetView);
  const [query, setQuery] = useState("");
  useEffect(() => {
    spotlight.open();
    return () => spotlight.close();
  }, []);
  const groups = [
    only ? null : <Actions key="actions" query={query} />,
    <Steps key="steps" query={query} />,
    only ? null : <Types key="types" query={query} />,
  ];
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={() => setView({ dialog: null })}
      shortcut={null}
      attributes={{ content: { "aria-label": only ? texts.commands.find : texts.commands.label } }}
      scrollable
      maxHeight={440}
      overlayProps={{ blur: 0, backgroundOpacity: 0.3 }}
    >
      <Spotlight.Search
        aria-label={only ? texts.commands.find : texts.commands.label}
        placeholder={only ? texts.commands.find : texts.commands.placeholder}
        leftSection={<IconSearch size={18} />}
      />
      <Spotlight.ActionsList>{groups}</Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function Actions({ query }: { query: string }) {
  const perform = usePerform();
  const editorStore = useEditorStore();
  const state = editorStore.getState();
  const found = allActions.filter(
    (action) => fits(action.label, query) && (action.isEnabled?.(state) ?? true),
  );
  return (
    <Results label={texts.commands.actions} isEmpty={found.length === 0}>
      {found.slice(0, query ? MOST_OF_A_GROUP : 6).map((action) => (
        <Command key={action.name} action={action} onClick={() => soon(() => perform(action))} />
      ))}
    </Results>
  );
}

function Command({ action, onClick }: { action: Action; onClick: () => void }) {
  return (
    <Spotlight.Action
      label={action.label}
      leftSection={<action.icon size={18} stroke={1.8} />}
      rightSection={<Shortcut action={action} />}
      onClick={onClick}
    />
  );
}

function Steps({ query }: { query: string }) {
  const definition = useEditor(selectDefinition);
  const hits = searchDocument(definition, query);
  return (
    <Results label={texts.commands.steps} isEmpty={hits.length === 0}>
      {hits.slice(0, MOST_OF_A_GROUP).map((hit) => (
        <StepHit key={hit.kind + hit.id} hit={hit} />
      ))}
    </Results>
  );
}

function StepHit({ hit }: { hit: Hit }) {
  const definition = useEditor(selectDefinition);
  const catalogue = useEditor(selectCatalogue);
  const showStep = useShowStep();
  const type = catalogue.get(findStep(definition, hit.id)?.type ?? "");
  const id = hit.kind === "note" ? NOTE_PREFIX + hit.id : hit.id;
  return (
    <Spotlight.Action
      label={hit.title}
      description={hit.detail}
      leftSection={hit.kind === "note" ? <IconNote size={18} /> : <StepIcon name={type?.icon ?? "box"} />}
      onClick={() => soon(() => showStep(id, "settings"))}
    />
  );
}

function Types({ query }: { query: string }) {
  const catalogue = useEditor(selectCatalogue);
  const canEdit = useEditor(selectCanEdit);
  const addStep = useAddStep();
  const found = canEdit && query ? [...catalogue.values()].filter((type) => fits(type.label, query)) : [];
  return (
    <Results label={texts.commands.types} isEmpty={found.length === 0}>
      {found.map((type) => (
        <Spotlight.Action
          key={type.type}
          label={texts.palette.add(type.label)}
          leftSection={<IconPlus size={18} />}
          onClick={() => soon(() => addStep(type.type))}
        />
      ))}
    </Results>
  );
}

function Results({ label, isEmpty, children }: { label: string; isEmpty: boolean; children: ReactNode }) {
  return isEmpty ? null : <Spotlight.ActionsGroup label={label}>{children}</Spotlight.ActionsGroup>;
}

function fits(label: string, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => label.toLowerCase().includes(word));
}

/** After the palette has closed, so that it does not take the focus or the next dialog with it. */
function soon(perform: () => void): void {
  setTimeout(perform, 50);
}
