"use client";

import Link from "next/link";
import { useActionState, useEffect, useRef } from "react";
import { SnoozeHours } from "@/components/desk/snooze-hours";
import { Callout } from "@/components/ui/callout";
import { SubmitButton } from "@/components/ui/form";
import { sentences } from "@/lib/errors";
import { type BulkState, bulk } from "./actions";

const field = "min-h-10 rounded-md border border-strong-line bg-raised px-2 text-ink";
const row = "flex flex-wrap items-end gap-x-4 gap-y-2 border-b border-line pb-3";

/**
 * What can be done to all chosen cases at once. The boxes stand in the list and belong to this form. Works without scripts.
 */
export function Bulk({ staff, me }: { staff: { staffId: string; name: string }[]; me: string }) {
  const [state, submit] = useActionState<BulkState, FormData>(bulk, {});
  const said = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (state.reason || state.ok) said.current?.focus();
  }, [state]);
  const done = state.outcomes?.filter(({ ok }) => ok).length ?? 0;
  const refused = state.outcomes?.filter(({ ok }) => !ok) ?? [];
  const wrong = Object.values(state.fields ?? {})[0];
  return (
    <div className="space-y-3">
      <div ref={said} tabIndex={-1} className="outline-none empty:hidden">
        {state.reason || state.outcomes ? (
          <Callout look={refused.length > 0 || state.reason ? "warn" : "ok"} live>
            {state.outcomes ? <p>{done === 1 ? "1 case done." : `${done} cases done.`}</p> : null}
            {state.reason && !state.outcomes ? (
              <p>
                {sentences[state.reason]} {wrong ?? ""}
              </p>
            ) : null}
            {state.reason === "step-up-required" ? (
              <p>
                <a className="link" href="/step-up?next=/admin" target="_blank" rel="noreferrer">
                  Confirm in a new tab
                </a>
                , then come back and do it again. What you chose stays chosen.
              </p>
            ) : null}
            {refused.length > 0 ? (
              <ul className="list-disc pl-5">
                {refused.map(({ caseId, reference, reason }) => (
                  <li key={caseId}>
                    <Link href={`/admin/cases/${caseId}`} prefetch={false} className="link">
                      {reference ?? "A case that is not there"}
                    </Link>
                    : {reason ? sentences[reason] : null}
                  </li>
                ))}
              </ul>
            ) : null}
          </Callout>
        ) : null}
      </div>
      <details className="rounded-md border border-line" data-queue-bulk>
        <summary className="min-h-10 cursor-pointer px-4 py-2 font-medium">Do something with the chosen cases</summary>
        {/* React empties a form after its action; here what was chosen stays, for the next thing or another try. */}
        <form id="bulk" action={submit} onReset={(event) => event.preventDefault()} className="space-y-3 px-4 pb-4">
          <div className={row}>
            <Kind value="assign" label="Give them to" first />
            <select name="to" aria-label="Colleague" defaultValue={me} className={field}>
              <option value="">Nobody</option>
              {staff.map(({ staffId, name }) => (
                <option key={staffId} value={staffId}>
                  {name}
                </option>
              ))}
            </select>
          </div>
          <div className={row}>
            <Kind value="tag" label="Tag them" />
            <input
              name="tag"
              aria-label="Tag for all"
              maxLength={30}
              placeholder="needs-legal"
              autoComplete="off"
              className={`${field} px-3`}
            />
          </div>
          <div className={row}>
            <Kind value="snooze" label="Put them aside" />
            <SnoozeHours />
            <label className="min-w-0 grow space-y-1 text-sm sm:max-w-md">
              <span className="block text-muted">Why, for colleagues</span>
              <input name="reason" maxLength={500} autoComplete="off" className={`${field} w-full px-3`} />
            </label>
          </div>
          <div className={row}>
            <Kind value="spam" label="Close them as spam" />
            <p className="min-w-0 text-sm text-muted">
              Questions from outside that ask nothing. Nobody is written to; requests are never closed this way.
            </p>
          </div>
          <SubmitButton look="secondary">Do it to the chosen cases</SubmitButton>
        </form>
      </details>
    </div>
  );
}

/** One of the things that can be done; one button does what is chosen, so that Enter in a field never does another. */
function Kind({ value, label, first = false }: { value: string; label: string; first?: boolean }) {
  return (
    <label className="inline-flex min-h-10 items-center gap-2">
      <input type="radio" name="kind" value={value} defaultChecked={first} className="size-5 accent-accent" />
      {label}
    </label>
  );
}
