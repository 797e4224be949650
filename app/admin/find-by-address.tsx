"use client";

import Link from "next/link";
import { useActionState } from "react";
import { deskKinds } from "@/components/desk/desk-kinds";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { TextField } from "@/components/ui/field";
import { sentences } from "@/lib/errors";
import { type FoundState, findByAddress } from "./actions";

/** Finds a person's cases by their address, which never stands in a link; works without scripts. */
export function FindByAddress() {
  const [state, submit, pending] = useActionState<FoundState, FormData>(findByAddress, {});
  return (
    <details open={state.found !== undefined || state.reason !== undefined}>
      <summary className="inline-flex min-h-9 cursor-pointer items-center underline underline-offset-4">
        Find by a person's address
      </summary>
      <div className="mt-2 max-w-[70ch] space-y-3">
        <form action={submit} className="flex flex-wrap items-end gap-3">
          <div className="min-w-[14rem] flex-1">
            <TextField
              id="address"
              type="email"
              label="Address"
              required
              autoComplete="off"
              defaultValue={state.values?.address ?? ""}
              error={state.fields?.address}
            />
          </div>
          <Button look="secondary" disabled={pending} className="min-h-11">
            Find
          </Button>
        </form>
        {state.reason && !state.fields ? (
          <Callout look="bad" live>
            <p>{sentences[state.reason]}</p>
          </Callout>
        ) : null}
        {state.found ? (
          <div role="status">
            {state.found.length === 0 ? <p className="text-muted">No case of this address.</p> : null}
            <ul className="divide-y divide-line border-line empty:hidden">
              {state.found.map(({ id, reference, kind, closed }) => (
                <li key={id} className="py-2">
                  <Link href={`/admin/cases/${id}`} prefetch={false} className="link">
                    {deskKinds[kind as keyof typeof deskKinds] ?? kind} {reference}
                  </Link>
                  {closed ? <span className="text-sm text-muted"> closed</span> : null}
                </li>
              ))}
            </ul>
          </div>
        ) : null}
      </div>
    </details>
  );
}
