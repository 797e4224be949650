"use client";

import { useEffect, useState } from "react";

const stored = "desk-keys";

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName));

function move(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-queue-row] a[data-queue-open]")];
  const focused = rows.findIndex((row) => row.closest("[data-queue-row]")?.contains(document.activeElement));
  // From the case that is open beside the list, when the focus is in it.
  const here = focused === -1 ? rows.findIndex((row) => row.hasAttribute("aria-current")) : focused;
  const next = here === -1 ? (step === 1 ? 0 : rows.length - 1) : here + step;
  const row = rows[Math.min(Math.max(next, 0), rows.length - 1)];
  row?.focus();
  row?.closest("[data-queue-row]")?.scrollIntoView({ block: "nearest" });
}

function openBulk(): void {
  const bulk = document.querySelector<HTMLDetailsElement>("[data-queue-bulk]");
  if (!bulk) return;
  bulk.open = true;
  bulk.querySelector<HTMLElement>("input[type=radio]")?.focus();
}

/**
 * Keys of the queue: j and k move, Enter opens (it is a link), a takes the case, x chooses it, b goes to what can be done
 * to the chosen, / searches, Esc closes the case beside the list. They can
 * be switched off (WCAG 2.1.4); everything they do is a link or a button on the page as well.
 */
export function QueueKeys() {
  const [on, setOn] = useState<boolean>();
  useEffect(() => setOn(localStorage.getItem(stored) !== "off"), []);
  useEffect(() => {
    if (!on) return;
    const press = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target)) return;
      const row = document.activeElement?.closest("[data-queue-row]");
      if (event.key === "j") move(1);
      else if (event.key === "k") move(-1);
      else if (event.key === "a") row?.querySelector<HTMLButtonElement>("[data-queue-take] button")?.click();
      else if (event.key === "x") row?.querySelector<HTMLInputElement>("[data-queue-choose]")?.click();
      else if (event.key === "b") openBulk();
      else if (event.key === "Escape") {
        const close = document.querySelector<HTMLElement>("[data-panel-close]");
        if (!close) return;
        close.click();
      } else if (event.key === "/") document.querySelector<HTMLElement>("[data-queue-search]")?.focus();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [on]);
  if (on === undefined) return null;
  const turn = () => {
    localStorage.setItem(stored, on ? "off" : "on");
    setOn(!on);
  };
  return (
    <p className="hidden flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted md:flex">
      {on ? (
        <span>
          <Key>j</Key> <Key>k</Key> move, <Key>Enter</Key> opens, <Key>a</Key> takes the case, <Key>x</Key> chooses it,{" "}
          <Key>b</Key> does something with the chosen, <Key>/</Key> searches, <Key>Esc</Key> closes the case
        </span>
      ) : null}
      <button type="button" onClick={turn} className="min-h-6 underline underline-offset-4 hover:text-ink">
        {on ? "Switch these keys off" : "Switch keyboard shortcuts on"}
      </button>
    </p>
  );
}

function Key({ children }: { children: string }) {
  return <kbd className="rounded border border-line bg-sunken px-1.5 font-mono text-sm text-ink">{children}</kbd>;
}
