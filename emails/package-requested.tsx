import { MailLayout, MailLink, Panel, Paragraph } from "./layout";

export type PackageRequestedProps = {
  reference: string;
  scope: "person" | "company";
  packageId: string;
  /** In words with its zone; set when the request came from a new address or device (S14). */
  waitsUntil: string | null;
  /** Path of the one-click stop; only while it waits. */
  stopPath: string | null;
};

export const packageRequestedSubject = ({ scope }: PackageRequestedProps) =>
  scope === "company" ? "A copy of your company's data was asked for" : "A copy of your data was asked for";

/** Told at once, since whoever took over an account would ask for this first (P3). */
export function PackageRequested(props: PackageRequestedProps) {
  const { reference, packageId, waitsUntil, stopPath } = props;
  return (
    <MailLayout
      title={packageRequestedSubject(props)}
      preview={
        waitsUntil ? "It waits for a day. If it was not you, stop it with one click." : "If it was not you, stop it."
      }
      action={
        stopPath
          ? { label: "It was not me: stop it", path: stopPath }
          : { label: "See how far it is", path: `/account/packages/${packageId}` }
      }
      reason="You get this mail because a copy of data was asked for from your account. It cannot be switched off."
    >
      <Paragraph>Somebody signed in to your account asked for it. Request {reference}.</Paragraph>
      {waitsUntil ? (
        <Panel>
          <Paragraph>
            The sign-in came from a new address or device, so we wait until {waitsUntil} before we begin. Until then you
            can stop it with one click.
          </Paragraph>
        </Panel>
      ) : (
        <Paragraph>
          We write to you again when it is ready. Opening it takes a fresh confirmation that it is you; no link alone
          opens it.
        </Paragraph>
      )}
      <Paragraph quiet>
        {waitsUntil ? "Was it you? Then there is nothing to do. " : "Was it not you? "}
        <MailLink path={`/account/packages/${packageId}`}>Look at the request</MailLink>
        {waitsUntil ? "." : " and stop it, and end the sessions you do not know."}
      </Paragraph>
    </MailLayout>
  );
}

PackageRequested.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  scope: "person",
  packageId: "0198c0de-0000-7000-8000-000000000000",
  waitsUntil: "24 November 2026 at 14:05 CET",
  stopPath: "/stop-package?token=preview",
} satisfies PackageRequestedProps;
