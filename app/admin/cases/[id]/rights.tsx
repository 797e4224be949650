import Link from "next/link";
import { type CaseAt, CaseTarget, staleWords } from "@/components/desk/case-target";
import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { deskKinds } from "@/components/desk/desk-kinds";
import { UseChoices } from "@/components/processing/use-choices";
import { buttonClass } from "@/components/ui/button";
import { ActionForm, FormSelect, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import type { CaseKind } from "@/lib/cases/clocks";
import { rightsOnCase } from "@/lib/cases/rights-on-case";
import { rights } from "@/lib/cases/words";
import type { StaffCtx } from "@/lib/context";
import { tickedPart, usesInWords } from "@/lib/processing/asked-uses";
import { basisWords } from "@/lib/processing/words";
import { name, writeDown } from "./rights-actions";

/** What can be made of an open case that came in words: the right it asks for, and that by value. Nothing for other kinds. */
export async function Rights({ ctx, at, kind }: { ctx: StaffCtx; at: CaseAt; kind: CaseKind }) {
  if (kind === "inquiry")
    return (
      <Section id="right" title="Does it ask for a right?">
        <ConfirmDisclosure label="Take it as a request" wide>
          <ActionForm action={name} said={staleWords}>
            <CaseTarget {...at} />
            <p className="text-sm">
              Its deadlines count from when it came. Who asked is told how we understood it, and gets a link to the
              address on file that proves who they are.
            </p>
            <FormSelect id="right-kind" name="kind" label="What it asks for" required defaultValue="">
              <option value="" disabled>
                Choose one
              </option>
              {rights.map((one) => (
                <option key={one} value={one}>
                  {deskKinds[one]}
                </option>
              ))}
            </FormSelect>
            <SubmitButton>Take it as that</SubmitButton>
          </ActionForm>
        </ConfirmDisclosure>
      </Section>
    );
  if (kind !== "correction" && kind !== "objection" && kind !== "restriction") return null;
  const found = await rightsOnCase(ctx, at.caseId);
  if (!found) return null;
  const { asked, proved } = found;
  if (kind === "correction")
    return (
      <Section id="right" title="By value">
        {proved === "account" || proved === "link" ? (
          <>
            <p className="mb-3 max-w-[70ch]">
              Pick what they say is wrong from what is held of them. They can do it themselves on the page of their
              request.
            </p>
            <Link href={`/admin/cases/${at.caseId}/correct`} prefetch={false} className={buttonClass("secondary")}>
              Put right for the person
            </Link>
          </>
        ) : (
          <p className="max-w-[70ch] text-muted">
            It is not proved yet who asks. After that, they or you pick the values that are wrong.
          </p>
        )}
      </Section>
    );
  return (
    <Section id="right" title="By use">
      {asked ? (
        <p className="mb-3 max-w-[70ch]">
          To stop once they used the link: <strong>{usesInWords(asked.purposes)}</strong>
          {asked.basis ? ` (${basisWords[asked.basis].source})` : ""},{" "}
          {asked.by === "staff" ? "as staff wrote it down" : "as they chose"}.
        </p>
      ) : null}
      <ConfirmDisclosure
        label={tickedPart(asked) ? "Write down more" : asked ? "Write down something else" : "Write down what stops"}
        wide
      >
        <ActionForm action={writeDown} said={staleWords}>
          <CaseTarget {...at} />
          <input type="hidden" name="kind" value={kind} />
          <p className="text-sm">
            {proved
              ? "It stops with this button, recorded as written down by you. The person is told by mail and can take it back."
              : "It is not proved yet who asks: it stops when they use the link, whose page names it."}
          </p>
          <UseChoices about="them" kind={kind} />
          <SubmitButton>{proved ? "Stop it" : "Write it down"}</SubmitButton>
        </ActionForm>
      </ConfirmDisclosure>
    </Section>
  );
}
