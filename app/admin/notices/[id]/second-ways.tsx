import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { ActionForm, FormArea, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import type { SecondWayCounts } from "@/lib/notices/desk-queries";
import type { RecipientRow } from "@/lib/notices/queries";
import { config } from "@/trust-center.config";
import { tellOtherwise } from "../actions";

/** Whom the mail did not reach, how they are told all the same, and who is left for staff. */
export function SecondWays({
  counts,
  tasks,
  mayTell,
  delays,
}: {
  counts: SecondWayCounts;
  /** The first of those for staff. */
  tasks: RecipientRow[];
  mayTell: boolean;
  /** Whether the version waits for them, as an announced one does. */
  delays: boolean;
}) {
  const facts: [string, number][] = [
    ["Told by a message on the platform", counts.messages],
    ["Message being written", counts.waiting],
    ["Told by staff in another way", counts.byStaff],
    ["For staff to tell", counts.forStaff],
  ];
  return (
    <Section
      id="second-way"
      title="People the mail did not reach"
      lead={
        delays
          ? `They are told in a second way. Their ${config.clocks.noticeDays} days count from then, and the version does not take effect before.`
          : "They are told in a second way that the version was withdrawn."
      }
    >
      <dl className="mb-6 flex flex-wrap gap-x-10 gap-y-2">
        {facts.map(([term, count]) => (
          <div key={term}>
            <dt className="text-sm text-muted">{term}</dt>
            <dd className="tabular">{count.toLocaleString("en-GB")}</dd>
          </div>
        ))}
      </dl>
      {tasks.length > 0 ? (
        <ul className="divide-y divide-line border-y border-line">
          {tasks.map((task) => (
            <li key={task.id} className="flex flex-wrap items-start justify-between gap-4 py-4">
              <p className="min-w-0 break-words">
                {task.address} <code className="font-mono text-sm text-muted">{task.failure}</code>
                <code className="block font-mono text-sm text-muted">{task.platformUserId}</code>
              </p>
              {mayTell ? (
                <ConfirmDisclosure label="I told them" about={task.platformUserId}>
                  <ActionForm action={tellOtherwise}>
                    <input type="hidden" name="recipientId" value={task.id} />
                    <FormArea
                      id={`how-${task.id}`}
                      name="how"
                      label="How and when they were told"
                      hint="Kept encrypted as evidence, such as a letter with its tracking number."
                      rows={3}
                      required
                      maxLength={1000}
                    />
                    <SubmitButton>Record it</SubmitButton>
                  </ActionForm>
                </ConfirmDisclosure>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {counts.forStaff > tasks.length ? (
        <p className="mt-3 text-sm text-muted">
          The first {tasks.length} of {counts.forStaff.toLocaleString("en-GB")}; the next follow when these are done.
        </p>
      ) : null}
    </Section>
  );
}
