import { inWords } from "../lib/in-words";
import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type SecurityAlertProps = {
  kind: "new-device" | "step-up" | "passkey-enrolled" | "passkey-removed";
  /** Such as "Firefox on Linux": what was used, or what the passkey was made on. */
  device: string;
  /** ISO instant, and the reader's zone. */
  at: string;
  zone: string;
  /** Token of "this was not me". */
  disown: string;
  /** Hours that exports and deletions wait now; 0 when they do not. */
  waitHours: number;
};

const titles = {
  "new-device": "You signed in from a new device",
  "step-up": "You confirmed that it is you",
  "passkey-enrolled": "A passkey was added for you",
  "passkey-removed": "A passkey of yours was removed",
} as const;

const ofPasskey = (kind: SecurityAlertProps["kind"]) => kind === "passkey-enrolled" || kind === "passkey-removed";

export const securityAlertSubject = ({ kind }: SecurityAlertProps): string => titles[kind];

/** Tells a person what happened in their name, with one way to stop it (S14). */
export function SecurityAlert({ kind, device, at, zone, disown, waitHours }: SecurityAlertProps) {
  return (
    <MailLayout
      title={titles[kind]}
      preview="If it was you, there is nothing to do."
      action={{ label: "This was not me", path: `/not-me?token=${disown}` }}
      after={
        <Paragraph quiet>
          It opens a page with one button, which signs everybody out, forgets every device, and stops exports and
          deletions that are not done yet.{" "}
          {ofPasskey(kind) ? "It takes your passkeys away as well; a new invitation brings you back to the desk." : ""}
        </Paragraph>
      }
      reason="You get this mail when something happened that could only be done in your name. It cannot be switched off."
    >
      <Paragraph>If it was you, there is nothing to do.</Paragraph>
      <Facts
        facts={[
          ["Where", `${config.company.name} Trust Center`],
          [ofPasskey(kind) ? "Passkey of" : "Device", device],
          ["When", inWords(Temporal.Instant.from(at), zone)],
        ]}
      />
      {kind === "new-device" && waitHours > 0 ? (
        <Paragraph>
          For your safety, exports and deletions asked for from this device wait {waitHours} hours before they run.
        </Paragraph>
      ) : null}
    </MailLayout>
  );
}

SecurityAlert.PreviewProps = {
  kind: "new-device",
  device: "Firefox on Linux",
  at: "2025-05-28T09:30:00Z",
  zone: "Europe/Berlin",
  disown: "preview-preview-preview-preview-preview-pre",
  waitHours: 24,
} satisfies SecurityAlertProps;
