import { Facts, MailLayout, MailLink, Panel, Paragraph } from "./layout";

export type TransferRequestedProps = {
  reference: string;
  scope: "person" | "company";
  transferId: string;
  /** The provider's own name and its origin, as they were shown and confirmed. */
  name: string;
  origin: string;
  /** In words with its zone; set when the request came from a new address or device (S14). */
  waitsUntil: string | null;
  /** Path of the one-click stop; only while it waits. */
  stopPath: string | null;
};

const whose = (scope: TransferRequestedProps["scope"]) => (scope === "company" ? "Your company's data" : "Your data");

export const transferRequestedSubject = ({ scope }: TransferRequestedProps) =>
  `${whose(scope)} is to be sent to another provider`;

/** Told at once, since whoever took over an account would ask for this first (S14). */
export function TransferRequested(props: TransferRequestedProps) {
  const { reference, transferId, name, origin, waitsUntil, stopPath } = props;
  const path = `/account/transfers/${transferId}`;
  return (
    <MailLayout
      title={transferRequestedSubject(props)}
      preview={waitsUntil ? "It waits for a day. If it was not you, stop it with one click." : `To ${name}.`}
      action={
        stopPath
          ? { label: "It was not me: stop it", path: stopPath }
          : { label: "See how far it is, or stop it", path }
      }
      reason="You get this mail because data is to be sent from your account. It cannot be switched off."
    >
      <Paragraph>Somebody signed in to your account asked for it.</Paragraph>
      <Facts
        facts={[
          ["Request", reference],
          ["To", name],
          ["At", origin],
        ]}
      />
      {waitsUntil ? (
        <Panel>
          <Paragraph>
            The sign-in came from a new address or device, so we wait until {waitsUntil} before we begin. Until then you
            can stop it with one click.
          </Paragraph>
        </Panel>
      ) : (
        <Paragraph>
          We write to you again when the provider has signed that everything arrived. You can take it back at any time.
        </Paragraph>
      )}
      <Paragraph quiet>
        {waitsUntil ? "Was it you? Then there is nothing to do. " : "Was it not you? "}
        <MailLink path={path}>Look at the transfer</MailLink>
        {waitsUntil ? "." : " and stop it, and end the sessions you do not know."}
      </Paragraph>
    </MailLayout>
  );
}

TransferRequested.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  scope: "company",
  transferId: "0198c0de-0000-7000-8000-000000000000",
  name: "Fieldrunner",
  origin: "https://data.fieldrunner.example",
  waitsUntil: "24 November 2026 at 14:05 CET",
  stopPath: "/stop-package?token=preview",
} satisfies TransferRequestedProps;
