import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { ActionForm, FormArea, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import { pause, resume, stop } from "../actions";

/** What an officer can do to a mailing that is not over. */
export function Control({ noticeId, paused }: { noticeId: string; paused: boolean }) {
  const target = <input type="hidden" name="noticeId" value={noticeId} />;
  return (
    <Section id="control" title="Hold or stop" lead="Each needs a fresh passkey check.">
      <div className="flex flex-wrap items-start gap-4">
        <ActionForm action={paused ? resume : pause} className="space-y-2">
          {target}
          <SubmitButton {...(paused ? {} : { look: "secondary" })}>{paused ? "Go on" : "Pause"}</SubmitButton>
        </ActionForm>
        <ConfirmDisclosure label="Stop for good">
          <p className="text-sm">
            Mails that were not handed over are erased and never go out. The version can then only take effect with a
            logged exception by two officers.
          </p>
          <ActionForm action={stop}>
            {target}
            <FormArea id="stop-reason" name="reason" label="Why" rows={2} required maxLength={500} />
            <SubmitButton look="danger">Stop this notice</SubmitButton>
          </ActionForm>
        </ConfirmDisclosure>
      </div>
    </Section>
  );
}
