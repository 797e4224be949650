"use client";

import { type FormEvent, useActionState, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { TextArea, TextField } from "@/components/ui/field";
import type { PolicyProblem } from "@/lib/policy/document";
import type { DraftLook } from "@/lib/policy/look-at-draft";
import type { Standings } from "@/lib/policy/standing";
import { DraftConflict } from "./draft-conflict";
import { DraftPreview } from "./draft-preview";
import { DraftStatus } from "./draft-status";
import type { DraftAction } from "./draft-work";
import { PolicyProblems } from "./policy-problems";
import { useAutosave } from "./use-autosave";

/**
 * Text and day of a draft, with what is wrong with it and how it will look beside it. With scripts it saves and
 * looks while one types; without, its buttons do.
 */
export function DraftEditor({
  action,
  versionId,
  base,
  markdown,
  effectiveOn,
  firstDay,
  auto,
  initial,
  standings,
}: {
  action: DraftAction;
  versionId: string;
  /** The state of text and day that is edited (`Draft.textBase`). */
  base: string;
  markdown: string;
  effectiveOn: string;
  /** The first day the version may take effect if it were announced today; null: it takes effect when recorded. */
  firstDay: string | null;
  /** Saves while one types. Not in review, where saving takes it out. */
  auto: boolean;
  initial: DraftLook;
  /** How the promises stand, for their marks in the preview. */
  standings: Standings;
}) {
  const [state, submit] = useActionState(action, {});
  const form = useRef<HTMLFormElement>(null);
  // What the fields began with stays, whatever is stored later: what was typed is never taken away.
  const [began] = useState({
    base: state.stored?.base ?? base,
    markdown: state.values?.markdown ?? markdown,
    effectiveOn: state.values?.effectiveOn ?? effectiveOn,
  });
  const desk = useAutosave(form, action, { base: began.base, auto });
  const [show, setShow] = useState(state.show ?? "text");
  const [aside, setAside] = useState<string | null>(null);
  const look = desk.look ?? state.look ?? initial;
  const stored =
    desk.status.kind === "conflict" ? desk.status.stored : desk.status.kind === "untouched" ? state.stored : undefined;
  const fields = desk.status.kind === "refused" ? desk.status.fields : (state.fields ?? {});
  const typed = () => String(new FormData(form.current ?? undefined).get("markdown"));

  const act = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { submitter } = event.nativeEvent as SubmitEvent;
    const intent = submitter instanceof HTMLButtonElement ? submitter.value : "save";
    if (intent === "save") {
      if (stored) desk.goOnFrom(stored.base);
      return void desk.save();
    }
    setShow(intent === "changes" ? "changes" : "text");
    void desk.lookNow();
  };

  const takeStored = () => {
    if (!stored || !form.current) return;
    setAside(typed());
    const { elements } = form.current;
    (elements.namedItem("markdown") as HTMLTextAreaElement).value = stored.markdown;
    (elements.namedItem("effectiveOn") as HTMLInputElement).value = stored.effectiveOn;
    desk.goOnFrom(stored.base);
    void desk.save();
    void desk.lookNow();
  };

  return (
    <div className="grid gap-8 xl:grid-cols-2">
      <form ref={form} action={submit} onSubmit={act} onInput={desk.typed} className="min-w-0 space-y-6">
        <input type="hidden" name="versionId" value={versionId} />
        <input type="hidden" name="basedOn" value={began.base} />
        {stored ? (
          <DraftConflict
            stored={stored.markdown}
            mine={stored === state.stored ? began.markdown : typed()}
            take={takeStored}
          />
        ) : null}
        <TextArea
          id="markdown"
          label="Text"
          hint='Markdown: clauses as "## Heading {#id}", plain words in ":::plain", promises as :promise[sentence]{id="..."}.'
          defaultValue={began.markdown}
          error={fields.markdown}
          rows={28}
          className="font-mono text-sm leading-relaxed"
          spellCheck
          required
        />
        {firstDay === null ? (
          <input type="hidden" name="effectiveOn" value="" />
        ) : (
          <TextField
            id="effectiveOn"
            label="Takes effect on"
            type="date"
            hint={`From the first minute of that day. If it were announced today: ${firstDay} or later.`}
            defaultValue={began.effectiveOn}
            error={fields.effectiveOn}
            className="max-w-56"
          />
        )}
        <div className="sticky bottom-0 flex flex-wrap items-center gap-3 border-t border-line bg-paper py-3">
          <Button name="intent" value="save">
            {stored ? "Save mine over it" : "Save the draft"}
          </Button>
          <Button name="intent" value="text" look="secondary">
            Preview
          </Button>
          <Button name="intent" value="changes" look="secondary">
            Changes
          </Button>
          <DraftStatus status={desk.status} answered={state} auto={auto} />
        </div>
        {aside === null ? null : (
          <details>
            <summary className="cursor-pointer font-medium">What you had typed before you took what was stored</summary>
            <TextArea
              id="aside"
              name=""
              label="Set aside"
              readOnly
              defaultValue={aside}
              rows={12}
              className="mt-2 font-mono text-sm"
            />
          </details>
        )}
      </form>
      <div className="min-w-0 space-y-6">
        <div aria-live="polite">
          <LiveProblems problems={look.problems} />
        </div>
        <DraftPreview look={look} show={show} standings={standings} />
      </div>
    </div>
  );
}

function LiveProblems({ problems }: { problems: PolicyProblem[] }) {
  return problems.length > 0 ? (
    <PolicyProblems problems={problems} />
  ) : (
    <p className="text-muted">Nothing keeps this text from review.</p>
  );
}
