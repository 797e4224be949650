import type { ReactNode } from "react";
import { ActionForm, FormArea, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import type { FormState } from "@/lib/auth/action";
import { messageLimit } from "@/lib/cases/message-text";
import type { CaseForSubject } from "@/lib/cases/queries";
import { config } from "@/trust-center.config";
import { ClockList } from "./clock-chip";
import { Thread } from "./thread";
import { Timeline } from "./timeline";

/**
 * What was written about a request and the form to write more; beside it what happened and which deadlines run. With and without
 * an account the same.
 * @param fields more of the form: what names the request, files
 * @param children under the messages
 */
export function Conversation({
  one,
  zone,
  write,
  fields,
  children,
}: {
  one: Pick<CaseForSubject, "messages" | "events" | "clocks" | "closedAt">;
  zone: string;
  write: (state: FormState, form: FormData) => Promise<FormState>;
  fields?: ReactNode;
  children?: ReactNode;
}) {
  const { messages, events, closedAt } = one;
  const running = one.clocks.filter((clock) => clock.stoppedAt === null);
  return (
    <div className="grid gap-x-12 xl:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="min-w-0">
        <Section title="Messages">
          {messages.length > 0 ? <Thread messages={messages} zone={zone} viewer="subject" /> : null}
          <ActionForm
            key={messages.length}
            action={write}
            className={`max-w-[70ch] space-y-4 ${messages.length > 0 ? "mt-8" : ""}`}
          >
            <FormArea
              id="message"
              label={closedAt ? "Write again" : "Write to our privacy team"}
              hint={
                closedAt
                  ? "This opens the request again. A person replies."
                  : `A person replies within ${config.clocks.replyHours} hours.`
              }
              rows={4}
              required
              maxLength={messageLimit}
            />
            {fields}
            <SubmitButton look="secondary">Send</SubmitButton>
          </ActionForm>
        </Section>
        {children}
      </div>
      <div className="min-w-0">
        <Section title="What happened">
          <Timeline events={events} zone={zone} viewer="subject" />
        </Section>
        {running.length > 0 ? (
          <Section title="Deadlines that bind us">
            <ClockList clocks={running} zone={zone} />
          </Section>
        ) : null}
      </div>
    </div>
  );
}
