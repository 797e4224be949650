import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import { retry } from "../actions";

/** Mails that failed for a reason which may pass, and the button that has them tried again. */
export function Retry({ noticeId, mails }: { noticeId: string; mails: number }) {
  return (
    <Section
      id="retry"
      title="Failed mails that can be tried again"
      lead="The mail service refused them or could not send them. They go out again in batches of their own; addresses that bounced or are none are left alone. Needs a fresh passkey check."
    >
      <ActionForm action={retry} className="space-y-2">
        <input type="hidden" name="noticeId" value={noticeId} />
        <SubmitButton look="secondary">
          {mails === 1 ? "Try 1 mail again" : `Try ${mails.toLocaleString("en-GB")} mails again`}
        </SubmitButton>
      </ActionForm>
    </Section>
  );
}
