import type { Definition } from "@/features/editor/model/definition";
import { mergeDefinitions } from "@/features/editor/model/merge";
import type { Draft } from "@/features/editor/store/editor-state";
import type { EditorStore } from "@/features/editor/store/editor-store";
import { ApiError } from "@/shared/api/errors";

/** The outside world of autosaving; tests bring their own. */
export type AutosaveParts = {
  save: (draft: Draft) => Promise<{ revision: number }>;
  loadTheirs: () => Promise<Draft>;
  onSaved: (definition: Definition) => void;
  /** Another person's changes have come into this draft. */
  onMerged?: () => void;
  /** The session has ended: the edits stay here until somebody has signed in again and saves. */
  onSignedOut?: () => void;
  delay: number;
  retryDelay: number;
};

/** Saves the draft a moment after the last edit. One request at a time; without a connection it tries again. */
export class Autosave {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private unsubscribe: (() => void) | null = null;
  private readonly store: EditorStore;
  private readonly parts: AutosaveParts;

  constructor(store: EditorStore, parts: AutosaveParts) {
    this.store = store;
    this.parts = parts;
  }

  /** Watches the store from now on. */
  begin(): void {
    this.unsubscribe?.();
    this.unsubscribe = this.store.subscribe((state, before) => {
      const isEdited = state.history.present !== before.history.present;
      const isResolved = state.saveStatus === "unsaved" && before.saveStatus === "conflict";
      if (isEdited || isResolved) {
        this.noticeEdit();
      }
    });
  }

  /** Ends watching; what is not saved yet is saved at once. */
  stop(): void {
    this.unsubscribe?.();
    this.unsubscribe = null;
    void this.flush();
  }

  /** Saves at once what is not saved yet; resolves to whether everything is saved. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    await this.running;
    if (this.isDirty() && this.store.getState().saveStatus !== "conflict") {
      await this.start();
    }
    return !this.isDirty();
  }

  private noticeEdit(): void {
    const { saveStatus, setSaving } = this.store.getState();
    if (saveStatus === "conflict") {
      return;
    }
    if (!this.isDirty()) {
      setSaving({ saveStatus: "saved", saveError: null });
      return;
    }
    if (saveStatus !== "saving") {
      setSaving({ saveStatus: "unsaved" });
    }
    this.schedule(this.parts.delay);
  }

  private schedule(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.start(), delay);
  }

  private async start(): Promise<void> {
    // Several may wait for the same save: the first of them begins the next one, and the others wait for that too.
    while (this.running) {
      await this.running;
    }
    if (!this.isDirty()) {
      return;
    }
    this.running = this.saveOnce().finally(() => {
      this.running = null;
    });
    await this.running;
  }

  private async saveOnce(): Promise<void> {
    const { history, saved, setSaving } = this.store.getState();
    const definition = history.present;
    setSaving({ saveStatus: "saving" });
    try {
      const { revision } = await this.parts.save({ definition, revision: saved.revision });
      setSaving({ saved: { definition, revision }, saveStatus: "saved", saveError: null });
      this.parts.onSaved(definition);
      if (this.isDirty()) {
        setSaving({ saveStatus: "unsaved" });
        this.schedule(this.parts.delay);
      }
    } catch (error) {
      await this.fail(error);
    }
  }

  private async fail(error: unknown): Promise<void> {
    const { setSaving } = this.store.getState();
    const status = error instanceof ApiError ? error.status : -1;
    const saveError = error instanceof Error ? error.message : String(error);
    if (status === 409) {
      const theirs = await this.parts.loadTheirs().catch(() => null);
      if (theirs) {
        this.meet(theirs);
      } else {
        setSaving({ saveStatus: "failed", saveError });
      }
      return;
    }
    if (status === 401) {
      this.parts.onSignedOut?.();
    }
    const mayPass = status === 0 || status >= 500;
    setSaving({ saveStatus: mayPass ? "offline" : "failed", saveError });
    if (mayPass) {
      this.schedule(this.parts.retryDelay);
    }
  }

  /** Somebody else saved meanwhile: what does not collide is joined without a question. */
  private meet(theirs: Draft): void {
    const { history, saved, setSaving, takeMerged } = this.store.getState();
    const drafts = { base: saved.definition, mine: history.present, theirs: theirs.definition };
    const { definition, conflicts } = mergeDefinitions(drafts);
    setSaving({ saveStatus: "conflict", theirs });
    if (conflicts.length === 0) {
      takeMerged(definition);
      this.parts.onMerged?.();
    }
  }

  private isDirty(): boolean {
    const { history, saved } = this.store.getState();
    return history.present !== saved.definition;
  }
}
