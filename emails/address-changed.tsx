import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type AddressChangedProps = { reference: string; which: "old" | "new" };

export const addressChangedSubject = (_: AddressChangedProps): string => "Your sign-in address was changed";

/** To the old address and to the new one, once it was done (S14). */
export function AddressChanged({ reference, which }: AddressChangedProps) {
  return (
    <MailLayout
      title="Your sign-in address was changed"
      preview={which === "old" ? "This address no longer signs in." : "From now on you sign in with this address."}
      {...(which === "new" ? { action: { label: "See the request", path: `/account/requests/${reference}` } } : {})}
      reason={`Sent to the old and to the new address, since who signs in to ${config.company.name} was changed. It cannot be switched off.`}
    >
      <Paragraph>
        {which === "old"
          ? "This address no longer signs in. The change was announced here before, and nobody stopped it."
          : "From now on you sign in with this address. Sessions elsewhere were ended."}
      </Paragraph>
      <Facts facts={[["Reference", reference]]} />
      <Paragraph>Was that not you? Reply to this mail at once.</Paragraph>
    </MailLayout>
  );
}

AddressChanged.PreviewProps = { reference: "PR-7K2M-Q4XD", which: "old" } satisfies AddressChangedProps;
