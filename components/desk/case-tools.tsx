import { X } from "lucide-react";
import Link from "next/link";
import { ActionForm, FormArea, FormText, SubmitButton } from "@/components/ui/form";
import { formatDistance, Time } from "@/components/ui/time";
import type { CaseForStaff } from "@/lib/cases/desk-queries";
import { type CaseAction, CaseTarget } from "./case-target";
import { ConfirmDisclosure } from "./confirm-disclosure";
import { SnoozeHours } from "./snooze-hours";

type Actions = Record<"snooze" | "wake" | "tag" | "untag", CaseAction>;

const stale = {
  conflict:
    "Somebody changed this case since you opened it. The page now shows the newest state: look, then do it again.",
} as const;

/** Tags and putting aside: the side of the case page, under whom it is assigned to. */
export function CaseTools({ one, now, actions }: { one: CaseForStaff; now: string; actions: Actions | null }) {
  const open = one.closedAt === null;
  if (!actions && one.tags.length === 0 && !one.snoozedUntil) return null;
  return (
    <div className="space-y-6">
      <section>
        <h2 className="mb-3 text-lg">Tags</h2>
        {one.tags.length > 0 ? (
          <ul className="mb-3 flex flex-wrap gap-2">
            {one.tags.map((tag) => (
              <li key={tag} className="inline-flex items-center gap-1 rounded-full border border-line px-2.5 text-sm">
                <Link href={`/admin?tag=${tag}`} prefetch={false} className="inline-flex min-h-7 items-center">
                  {tag}
                </Link>
                {actions ? (
                  <ActionForm action={actions.untag} said={stale} className="">
                    <CaseTarget caseId={one.id} revision={one.revision} />
                    <input type="hidden" name="tag" value={tag} />
                    <button type="submit" className="flex size-6 items-center justify-center text-muted hover:text-ink">
                      <X aria-hidden size={14} />
                      <span className="sr-only">Take {tag} off</span>
                    </button>
                  </ActionForm>
                ) : null}
              </li>
            ))}
          </ul>
        ) : null}
        {actions ? (
          <ActionForm action={actions.tag} said={stale} className="space-y-3">
            <CaseTarget caseId={one.id} revision={one.revision} />
            <FormText
              id="tag"
              label="Add a tag"
              hint="Letters, digits and hyphens; never a name."
              required
              maxLength={30}
              autoComplete="off"
            />
            <SubmitButton look="secondary">Tag it</SubmitButton>
          </ActionForm>
        ) : null}
      </section>
      {open ? (
        <section>
          <h2 className="mb-3 text-lg">Put aside</h2>
          {one.snoozedUntil ? (
            <div className="space-y-3">
              <p>
                Until <Time at={one.snoozedUntil} withTime /> ({formatDistance(one.snoozedUntil, now)}). A message of
                the person, or a clock that comes near, brings it back sooner.
              </p>
              {actions ? (
                <ActionForm action={actions.wake} said={stale}>
                  <CaseTarget caseId={one.id} revision={one.revision} />
                  <SubmitButton look="secondary">Bring it back now</SubmitButton>
                </ActionForm>
              ) : null}
            </div>
          ) : actions ? (
            <ConfirmDisclosure label="Put aside">
              <ActionForm action={actions.snooze} said={stale} className="space-y-3">
                <CaseTarget caseId={one.id} revision={one.revision} />
                <SnoozeHours />
                <FormArea
                  id="snooze-reason"
                  name="reason"
                  label="Why, for colleagues"
                  rows={2}
                  required
                  maxLength={10_000}
                />
                <SubmitButton look="secondary">Put it aside</SubmitButton>
              </ActionForm>
            </ConfirmDisclosure>
          ) : (
            <p className="text-muted">No</p>
          )}
        </section>
      ) : null}
    </div>
  );
}
