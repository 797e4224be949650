"use client";

import Link from "next/link";
import { useActionState } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { TextField } from "@/components/ui/field";
import { sentences } from "@/lib/errors";
import { type SearchState, search } from "./actions";

/** Finds a client by a part of the name or address; works without scripts, the page then comes back with what was found. */
export function ClientSearch() {
  const [state, submit, pending] = useActionState<SearchState, FormData>(search, {});
  return (
    <div className="max-w-[70ch] space-y-4">
      <form action={submit} className="flex flex-wrap items-end gap-3">
        <div className="min-w-[16rem] flex-1">
          <TextField
            id="text"
            label="Part of the name or address"
            autoComplete="off"
            required
            minLength={2}
            maxLength={200}
            defaultValue={state.values?.text ?? ""}
            error={state.fields?.text}
          />
        </div>
        <Button type="submit" look="secondary" disabled={pending}>
          Find
        </Button>
      </form>
      {state.reason ? (
        <Callout look="bad" live>
          <p>{sentences[state.reason]}</p>
        </Callout>
      ) : null}
      {state.found ? (
        <div role="status">
          {state.found.length === 0 ? (
            <p className="text-muted">No client of your company has this in their name or address.</p>
          ) : (
            <ul aria-label="Clients found" className="divide-y divide-line border-y border-line">
              {state.found.map(({ id, name, email }) => (
                <li key={id} className="py-2 [overflow-wrap:anywhere]">
                  <Link href={`/account/clients/${encodeURIComponent(id)}`} prefetch={false} className="link">
                    {name}
                  </Link>
                  {email ? <span className="block text-sm text-muted">{email}</span> : null}
                </li>
              ))}
            </ul>
          )}
          {state.found.length === 20 ? (
            <p className="mt-2 text-sm text-muted">These are the first twenty; write more of the name to see others.</p>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
