import { ActionForm, FormArea, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import type { ClockView } from "@/lib/cases/case-view";
import { clockWords } from "@/lib/cases/clocks";
import { type CaseAction, type CaseAt, CaseTarget } from "./case-target";
import { ConfirmDisclosure } from "./confirm-disclosure";

const said = {
  conflict: "Somebody changed this case meanwhile. The page now shows the newest state: read it, then send again.",
  "not-ready":
    "That is not possible: the first period is over, it was extended already, proof was not asked for within three days, or no mail reaches this person.",
} as const;

/** Which statutory clocks can stand still, go on, or be given more time (L1). */
export function ClockPowers({
  at,
  clocks,
  now,
  actions,
}: {
  at: CaseAt;
  clocks: ClockView[];
  now: string;
  actions: { pause: CaseAction; resume: CaseAction; extend: CaseAction };
}) {
  const running = clocks.filter(({ stoppedAt }) => stoppedAt === null);
  const month = running.find(({ rule }) => rule === "gdpr-1m");
  const longer = running.filter(
    ({ rule, extendedAt, dueAt }) =>
      (rule === "gdpr-1m" || rule === "ccpa-45d") && extendedAt === null && Date.parse(dueAt) >= Date.parse(now),
  );
  if (!month && longer.length === 0) return null;
  return (
    <Section id="clocks" title="More time" lead="The 72 hours of our policy never wait, and nothing here stops them.">
      <div className="flex flex-wrap items-start gap-4">
        {month?.pausedSince ? (
          <ConfirmDisclosure label="Let the month run on">
            <p className="text-sm">It is clear now who asks. The date moves by the whole days that were waited.</p>
            <ActionForm action={actions.resume} said={said}>
              <CaseTarget {...at} />
              <SubmitButton look="secondary">Run on</SubmitButton>
            </ActionForm>
          </ConfirmDisclosure>
        ) : month ? (
          <ConfirmDisclosure label="Pause the month">
            <p className="text-sm">
              Only while you wait for proof of who somebody is, and only when you asked for it within three days of the
              request. The clocks of the CCPA run on.
            </p>
            <ActionForm action={actions.pause} said={said}>
              <CaseTarget {...at} />
              <SubmitButton look="secondary">Pause it</SubmitButton>
            </ActionForm>
          </ConfirmDisclosure>
        ) : null}
        {longer.map(({ rule }) => (
          <ConfirmDisclosure key={rule} label={`Extend: ${clockWords[rule].name.toLowerCase()}`} wide>
            <ActionForm action={actions.extend} said={said}>
              <CaseTarget {...at} />
              <input type="hidden" name="rule" value={rule} />
              <FormArea
                id={`extend-${rule}`}
                name="text"
                label={rule === "gdpr-1m" ? "Why it takes up to two months more" : "Why it takes up to 45 days more"}
                hint="The whole text goes out by mail and stands in the thread. The law takes only how complex it is, and how many requests there are."
                rows={4}
                required
                maxLength={10_000}
              />
              <SubmitButton look="secondary">Extend and tell them</SubmitButton>
            </ActionForm>
          </ConfirmDisclosure>
        ))}
      </div>
    </Section>
  );
}
