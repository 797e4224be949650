import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type AddressChangeEndedProps = { reference: string; why: "stopped" | "expired" };

export const addressChangeEndedSubject = (_: AddressChangeEndedProps): string => "Your sign-in address stays";

/** A change of address was stopped, or the new one was never confirmed; nothing changed. */
export function AddressChangeEnded({ reference, why }: AddressChangeEndedProps) {
  return (
    <MailLayout
      title="Your sign-in address stays"
      preview="Nothing was changed."
      action={{ label: "See the request", path: `/account/requests/${reference}` }}
      reason={`Sent because a change of the address that you sign in to ${config.company.name} with has ended.`}
    >
      <Paragraph>
        {why === "stopped"
          ? "The change of your address was stopped. Nothing was changed, and you sign in as before."
          : "The new address was not confirmed in time, so nothing was changed and you sign in as before."}
      </Paragraph>
      {why === "stopped" ? (
        <Paragraph>
          If you did not ask for that change yourself, somebody else was signed in as you: end your other sessions in
          your account, and write to us.
        </Paragraph>
      ) : null}
      <Facts facts={[["Reference", reference]]} />
    </MailLayout>
  );
}

AddressChangeEnded.PreviewProps = { reference: "PR-7K2M-Q4XD", why: "stopped" } satisfies AddressChangeEndedProps;
