"use client";

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Reason } from "@/lib/errors";
import type { DraftLook } from "@/lib/policy/look-at-draft";
import type { DraftAction, DraftWork } from "./draft-work";

export type SaveStatus =
  | { kind: "untouched" | "dirty" | "saving" | "away" }
  | { kind: "saved"; at: string }
  | { kind: "refused"; reason: Reason; fields: Record<string, string> }
  | { kind: "conflict"; stored: NonNullable<DraftWork["stored"]> };

const pause = { look: 400, save: 2000, retry: 5000 };
/** A later answer may differ, so it is asked again when the person comes back to the page. */
const passing: readonly Reason[] = ["step-up-required", "sign-in-required"];

const contentOf = (form: FormData): string => JSON.stringify([form.get("markdown"), form.get("effectiveOn")]);

/**
 * Saves a form while it is being written, and looks at it a moment after each key. What is typed stays in the form
 * whatever happens: without an answer it is sent again, with an old proof of who types it waits for a new one, and
 * what somebody else stored in between is shown before anything is saved over it.
 * @param auto false: only the button saves, since saving has a price (it takes a version out of review)
 */
export function useAutosave(
  form: RefObject<HTMLFormElement | null>,
  action: DraftAction,
  start: { base: string; auto: boolean },
) {
  const [status, setStatus] = useState<SaveStatus>({ kind: "untouched" });
  const [look, setLook] = useState<DraftLook | null>(null);
  const memory = useRef({ base: start.base, stored: "", saving: false, turn: 0 });
  const timers = useRef<Partial<Record<"look" | "save" | "retry", ReturnType<typeof setTimeout>>>>({});
  const auto = useRef(start.auto);
  auto.current = start.auto;
  // A page that is read anew brings the same action as another function; a save that waits must not end with the old one.
  const work = useRef(action);
  work.current = action;
  const latest = useRef(status);
  latest.current = status;

  const later = useCallback((name: "look" | "save" | "retry", work: () => void) => {
    clearTimeout(timers.current[name]);
    timers.current[name] = setTimeout(work, pause[name]);
  }, []);

  const send = useCallback(
    (intent: string): [string, Promise<DraftWork>] => {
      const data = new FormData(form.current ?? undefined);
      data.set("intent", intent);
      data.set("basedOn", memory.current.base);
      return [contentOf(data), work.current({}, data)];
    },
    [form],
  );

  const lookNow = useCallback(async () => {
    const turn = ++memory.current.turn;
    try {
      const answer = await send("text")[1];
      // Only the newest answer counts.
      if (answer.look && turn === memory.current.turn) setLook(answer.look);
    } catch {
      // The next key asks again; what is unsaved is said by the status.
    }
  }, [send]);

  const save = useCallback(async () => {
    clearTimeout(timers.current.save);
    clearTimeout(timers.current.retry);
    if (memory.current.saving) return later("save", () => void save());
    memory.current.saving = true;
    setStatus({ kind: "saving" });
    const [content, answered] = send("save");
    try {
      const { saved, stored, reason = "cannot-check", fields = {} } = await answered;
      if (saved) {
        memory.current.base = saved.base;
        memory.current.stored = content;
        setStatus({ kind: "saved", at: saved.at });
        if (form.current && contentOf(new FormData(form.current)) !== content) {
          setStatus({ kind: "dirty" });
          if (auto.current) later("save", () => void save());
        }
      } else setStatus(stored ? { kind: "conflict", stored } : { kind: "refused", reason, fields });
    } catch {
      setStatus({ kind: "away" });
      later("retry", () => void save());
    } finally {
      memory.current.saving = false;
    }
  }, [form, send, later]);

  const typed = useCallback(() => {
    later("look", () => void lookNow());
    // Over what somebody else stored only the person decides.
    if (latest.current.kind === "conflict") return;
    if (!memory.current.saving) setStatus({ kind: "dirty" });
    if (auto.current) later("save", () => void save());
  }, [later, lookNow, save]);

  /** Goes on from what is stored now, so that the next save is no conflict. */
  const goOnFrom = useCallback((base: string) => {
    memory.current.base = base;
    setStatus({ kind: "dirty" });
  }, []);

  useEffect(() => {
    const again = () => {
      const { current } = latest;
      if (current.kind === "away" || (current.kind === "refused" && passing.includes(current.reason))) void save();
    };
    const keep = (event: BeforeUnloadEvent) => {
      if (!["untouched", "saved"].includes(latest.current.kind)) event.preventDefault();
    };
    const pending = timers.current;
    window.addEventListener("focus", again);
    window.addEventListener("online", again);
    window.addEventListener("beforeunload", keep);
    return () => {
      window.removeEventListener("focus", again);
      window.removeEventListener("online", again);
      window.removeEventListener("beforeunload", keep);
      for (const timer of Object.values(pending)) clearTimeout(timer);
    };
  }, [save]);

  return { status, look, typed, save, lookNow, goOnFrom };
}
