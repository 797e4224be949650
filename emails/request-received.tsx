import type { CaseKind } from "../lib/cases/clocks";
import { kindWords } from "../lib/cases/words";
import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type RequestReceivedProps = {
  reference: string;
  kind: CaseKind;
  /** The reader asked for somebody else. */
  agent: boolean;
  replyBy: string;
  statusPath: string | null;
};

export const requestReceivedSubject = ({ reference }: RequestReceivedProps): string =>
  `We have your request (${reference})`;

/** Confirms a request of somebody without an account. For an agent it reads the same whoever the subject is (S16). */
export function RequestReceived({ reference, kind, agent, replyBy, statusPath }: RequestReceivedProps) {
  return (
    <MailLayout
      title="We have your request"
      preview={`A person replies by ${replyBy}. Reference ${reference}.`}
      {...(statusPath ? { action: { label: "Follow the request", path: statusPath } } : {})}
      reason="Sent because this address was given for the request. Was that not you? Then do nothing, or reply and tell us."
    >
      <Paragraph>
        {agent
          ? `You asked ${config.company.name} in somebody's name. If we know the address you gave, we ask its owner there to sign a permission. The answers go to you once it is signed, and nothing before.`
          : `You asked ${config.company.name} for ${kindWords[kind].asked}. If something has to be confirmed first, a second mail says how.`}
      </Paragraph>
      <Facts
        facts={[
          ["Reference", reference],
          ["A person replies by", replyBy],
        ]}
      />
    </MailLayout>
  );
}

RequestReceived.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  kind: "deletion",
  agent: true,
  replyBy: "2 December 2026 at 14:05 UTC",
  statusPath: "/requests/status?reference=PR-7K2M-Q4XD&code=preview",
} satisfies RequestReceivedProps;
