import Link from "next/link";
import { Thread } from "@/components/cases/thread";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import type { FormState } from "@/lib/auth/action";
import type { CaseForStaff } from "@/lib/cases/desk-queries";
import { ConfirmDisclosure } from "./confirm-disclosure";

type Action = (state: FormState, form: FormData) => Promise<FormState>;

/** Open cases that ask for the same, by one person or address, and the form that answers two as one. */
export function Duplicates({ one, merge }: { one: CaseForStaff; merge: Action | null }) {
  if (one.duplicates.length === 0) return null;
  return (
    <Section
      id="duplicates"
      title="Asked more than once"
      lead="Open cases of this kind by the same person or address. Read both before you merge them: two corrections may be about two things."
    >
      <ul className="divide-y divide-line border-y border-line">
        {one.duplicates.map((other) => (
          <li key={other.caseId} className="flex flex-wrap items-start justify-between gap-4 py-4">
            <p>
              <Link href={`/admin/cases/${other.caseId}`} prefetch={false} className="link">
                {other.reference}
              </Link>
              <span className="block text-sm text-muted">
                received <Time at={other.receivedAt} withTime />, {other.older ? "before" : "after"} this one
              </span>
            </p>
            {merge ? (
              <ConfirmDisclosure label="Merge" about={`with ${other.reference}`}>
                <p className="text-sm">
                  {other.older ? one.reference : other.reference} is closed and leads to{" "}
                  {other.older ? other.reference : one.reference}, whose clocks count. The person is told once. This
                  cannot be undone by a button; the younger case can be opened again.
                </p>
                <ActionForm
                  action={merge}
                  said={{ conflict: "Somebody changed one of the two since you opened this. Look, then merge again." }}
                >
                  <input type="hidden" name="caseId" value={one.id} />
                  <input type="hidden" name="revision" value={one.revision} />
                  <input type="hidden" name="otherId" value={other.caseId} />
                  <input type="hidden" name="otherRevision" value={other.revision} />
                  <SubmitButton>Merge the two</SubmitButton>
                </ActionForm>
              </ConfirmDisclosure>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What was written in the younger cases that this one answers too; for a younger one, where it went. */
export function Merged({ one }: { one: CaseForStaff }) {
  return (
    <>
      {one.mergedInto ? (
        <Callout title={`Merged into ${one.mergedInto}`}>
          <p>
            <Link href={`/admin/cases/${one.mergedInto}`} prefetch={false} className="link">
              Go on in the older case
            </Link>
            , which answers both.
          </p>
        </Callout>
      ) : null}
      {one.tookOver.map(({ caseId, reference, messages }) => (
        <Section
          key={caseId}
          title={`What was written in ${reference}`}
          lead="A younger case that this one answers too."
        >
          {messages.length > 0 ? <Thread messages={messages} viewer="staff" /> : <p className="text-muted">Nothing.</p>}
        </Section>
      ))}
    </>
  );
}
