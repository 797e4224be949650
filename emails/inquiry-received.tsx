import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type InquiryReceivedProps = {
  reference: string;
  /** Until when a person replies, in words. */
  replyBy: string;
  /** Where the question can be followed. */
  statusPath?: string | null;
  /** Where the question came in; the form when missing. */
  channel?: "form" | "mail";
};

export const inquiryReceivedSubject = ({ reference }: InquiryReceivedProps): string =>
  `${config.company.inquirySubject} received (${reference})`;

/** Confirms a question from the public form or by mail; the text is not repeated, since anybody can type any address. */
export function InquiryReceived({ reference, replyBy, statusPath = null, channel = "form" }: InquiryReceivedProps) {
  return (
    <MailLayout
      title="We have your question"
      preview={`A person replies by ${replyBy}. Reference ${reference}.`}
      {...(statusPath ? { action: { label: "Follow the question", path: statusPath } } : {})}
      reason={`Sent because ${channel === "mail" ? "a mail from this address reached our privacy mailbox" : "this address was typed into our contact form"}. Was that not you? Then do nothing, or reply and tell us.`}
    >
      <Paragraph>Thank you for writing to {config.company.name}'s privacy team.</Paragraph>
      <Facts
        facts={[
          ["Reference", reference],
          ["A person replies by", replyBy],
        ]}
      />
      <Paragraph>
        This confirmation was sent by a machine; the {config.clocks.replyHours} hours we promise end only with a reply
        by a person. To add something, reply to this mail and leave the reference in the subject.
      </Paragraph>
    </MailLayout>
  );
}

InquiryReceived.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  replyBy: "30 November 2026 at 14:05 UTC",
} satisfies InquiryReceivedProps;
