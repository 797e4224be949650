import { X } from "lucide-react";
import Link from "next/link";
import { ActionForm, FormArea, FormText, SubmitButton } from "@/components/ui/form";
import { formatDistance, Time } from "@/components/ui/time";
import type { FormState } from "@/lib/auth/action";
import type { CaseForStaff } from "@/lib/cases/desk-queries";
import { ConfirmDisclosure } from "./confirm-disclosure";
import { SnoozeHours } from "./snooze-hours";

type Action = (state: FormState, form: FormData) => Promise<FormState>;
type Actions = Record<"snooze" | "wake" | "tag" | "untag", Action>;

const stale = {
  conflict:
    "Somebody changed this case since you opened it. The page now shows the newest state: look, then do it again.",
} as const;

function Target({ one }: { one: Pick<CaseForStaff, "id" | "revision"> }) {
  return (
    <>
      <input type="hidden" name="caseId" value={one.id} />
      <input type="hidden" name="revision" value={one.revision} />
    </>
  );
}

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
                    <Target one={one} />
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
            <Target one={one} />
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
                  <Target one={one} />
                  <SubmitButton look="secondary">Bring it back now</SubmitButton>
                </ActionForm>
              ) : null}
            </div>
          ) : actions ? (
            <ConfirmDisclosure label="Put aside">
              <ActionForm action={actions.snooze} said={stale} className="space-y-3">
                <Target one={one} />
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
