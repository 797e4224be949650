import type { CaseKind } from "../lib/cases/clocks";
import { kindWords } from "../lib/cases/words";
import { config } from "../trust-center.config";
import { Facts, MailLayout, MailLink, Paragraph } from "./layout";

export type IdentityAskProps = {
  reference: string;
  kind: CaseKind;
  /** Opens the page with the button; single use. */
  token: string;
  /** Until when the link works, in words. */
  until: string;
  /** Until when a person replies, in words. */
  replyBy: string;
  /** The second mail, a day later. */
  reminder: boolean;
  /** Address of whoever asks in the reader's name; null when they ask themselves. */
  agent: string | null;
  /** Where the request can be followed; null when somebody else follows it. */
  statusPath: string | null;
  /** The uses that stop with the button, in a sentence; null where nothing was ticked. */
  stops: string | null;
};

export const identityAskSubject = ({ reference, reminder, agent }: IdentityAskProps): string => {
  const asked = agent ? "Somebody asks us in your name" : "Please confirm your request";
  return reminder
    ? `Reminder: ${asked.charAt(0).toLowerCase()}${asked.slice(1)} (${reference})`
    : `${asked} (${reference})`;
};

/** To the address on file: confirm that it was you, or sign that somebody may ask for you. */
export function IdentityAsk({
  reference,
  kind,
  token,
  until,
  replyBy,
  reminder,
  agent,
  statusPath,
  stops,
}: IdentityAskProps) {
  const asked = kindWords[kind].asked;
  return (
    <MailLayout
      title={agent ? "Somebody asks us in your name" : "Confirm your request"}
      preview={agent ? `${agent} asks for ${asked}. You decide.` : `One click, and your request ${reference} goes on.`}
      action={{
        label: agent ? "Read it and decide" : "Confirm that it was you",
        path: `/requests/confirm?token=${token}`,
      }}
      after={
        statusPath ? (
          <Paragraph quiet>
            You can follow the request and write to us <MailLink path={statusPath}>on its status page</MailLink>,
            without an account.
          </Paragraph>
        ) : null
      }
      reason={`Sent to the address that ${config.company.name} has on file, since a request was made for it. ${
        agent
          ? "If you do not know who that is, say so on the page."
          : "Was that not you? Say so on the page, and it ends there."
      }`}
    >
      <Paragraph>
        {agent
          ? `${agent} asks ${config.company.name} for ${asked} in your name. Nothing goes to them before you sign a permission, and you can take it back at any time.`
          : `You asked ${config.company.name} for ${asked}. So that nobody else gets or changes what is yours, please confirm it with the link below.`}
        {reminder ? " We wrote yesterday and have not heard from you." : ""}
      </Paragraph>
      <Facts
        facts={[
          ["Reference", reference],
          ...(stops ? [["What stops with it", stops] as const] : []),
          ["The link works once, until", until],
          ["A person replies by", replyBy],
        ]}
      />
      <Paragraph>We never ask for a copy of an identity document. Please send none.</Paragraph>
    </MailLayout>
  );
}

IdentityAsk.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  kind: "access",
  token: "preview-token",
  until: "6 December 2026 at 14:05 UTC",
  replyBy: "2 December 2026 at 14:05 UTC",
  reminder: false,
  agent: null,
  statusPath: "/requests/status?reference=PR-7K2M-Q4XD&code=preview",
  stops: null,
} satisfies IdentityAskProps;
