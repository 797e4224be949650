import { Blockers } from "@/components/cases/blockers";
import { PreviewTable } from "@/components/cases/preview-table";
import { Callout } from "@/components/ui/callout";
import { ActionForm, FormText, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import { deletionToConfirm } from "@/lib/cases/confirm-deletion";
import type { Ctx } from "@/lib/context";
import { log } from "@/lib/log";
import { config } from "@/trust-center.config";
import { plan } from "./actions";
import { AnotherLink } from "./another-link";

/** What would be deleted, counted now, and the form that plans it: the same steps as with an account. */
export async function ToConfirm({ ctx, session }: { ctx: Ctx; session: string }) {
  const shown = await deletionToConfirm(ctx, session).catch((error: unknown) => {
    log.error({ err: error }, "the preview of a deletion failed");
    return null;
  });
  if (!shown)
    return (
      <div className="mb-8">
        <Callout look="warn" title="We cannot count right now">
          <p>The platform did not answer, so we cannot show what would be deleted. Reload the page in a minute.</p>
        </Callout>
      </div>
    );
  const { preview, email, fresh } = shown;
  return (
    <Section
      title="What will happen"
      lead={`Counted just now, by the rules of our policy. Nothing is deleted for ${config.deletion.graceDays} days after you confirm, and one click cancels it.`}
    >
      <Blockers preview={preview} />
      {preview.items.length > 0 ? (
        <PreviewTable items={preview.items} />
      ) : (
        <p className="max-w-[70ch]">
          {config.company.productName} holds nothing about {email}. What would be deleted are your requests here.
        </p>
      )}
      <ActionForm action={plan} className="mt-8 max-w-md space-y-4">
        <FormText
          id="confirmation"
          label="Type your address to confirm"
          hint={email}
          type="text"
          inputMode="email"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          required
          maxLength={320}
        />
        <SubmitButton look="danger">Plan the deletion</SubmitButton>
      </ActionForm>
      {fresh ? null : (
        <div className="mt-8 max-w-[75ch]">
          <Callout look="warn" title="It takes a newer link">
            <p>
              You opened our link more than {config.signIn.stepUpMinutes} minutes ago. We send another one to your
              address. Open it in this browser and press its button; then plan the deletion there, or come back to this
              page and send it again.
            </p>
            <AnotherLink />
          </Callout>
        </div>
      )}
    </Section>
  );
}
