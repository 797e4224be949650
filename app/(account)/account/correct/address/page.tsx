import type { Metadata } from "next";
import { AddressChange } from "@/components/cases/address-change";
import { ActionForm, FormText, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { requireHolder, requireStepUp } from "@/lib/auth/require";
import { mySubject } from "@/lib/cases/queries";
import { myAddressChange } from "@/lib/correction/queries";
import { config } from "@/trust-center.config";
import { askForAddress, stopAddress } from "./actions";

export const metadata: Metadata = { title: "Change your sign-in address" };

export default async function AddressPage() {
  const ctx = await requireHolder();
  await requireStepUp(ctx, "/account/correct/address");
  const [subject, open] = await Promise.all([mySubject(ctx), myAddressChange(ctx)]);
  if (!subject) return null;
  return (
    <div className="max-w-2xl">
      <PageHeader title="Change your sign-in address" lead={`You sign in as ${subject.email}.`} />
      {open ? (
        <AddressChange address={open} zone={subject.timeZone} stop={stopAddress} reference={open.reference} />
      ) : (
        <>
          <ol className="mb-6 list-decimal space-y-1 pl-5 text-muted">
            <li>We mail a link to the new address. Opening it proves that mail reaches you there.</li>
            <li>
              Every address that we know of you is told, and can stop the change with one click for{" "}
              {config.addressChange.delayHours} hours.
            </li>
            <li>Then the new address takes its place, and sessions elsewhere end.</li>
          </ol>
          <ActionForm action={askForAddress} className="max-w-md space-y-4">
            <FormText
              id="address"
              label="New address"
              type="text"
              inputMode="email"
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              required
              maxLength={320}
            />
            <SubmitButton>Ask for the change</SubmitButton>
          </ActionForm>
        </>
      )}
    </div>
  );
}
