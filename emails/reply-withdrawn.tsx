import type { CaseKind } from "../lib/cases/clocks";
import { type MessageGround, messageGrounds } from "../lib/cases/redaction";
import { kindWords } from "../lib/cases/words";
import { config } from "../trust-center.config";
import { MailLayout, Paragraph } from "./layout";

export type ReplyWithdrawnProps = {
  reference: string;
  kind: CaseKind;
  ground: MessageGround;
  /** Nothing else answered, so another reply comes. */
  owedAgain: boolean;
  /** The reply's words went out in a mail. */
  mailed: boolean;
  /** Where whoever has no account reads on; null for account holders, and where there is no such page. */
  statusPath: string | null;
  account: boolean;
};

export const replyWithdrawnSubject = ({ reference }: ReplyWithdrawnProps): string =>
  `We took back a reply to your request (${reference})`;

/** A reply was taken out of view. */
export function ReplyWithdrawn({
  reference,
  kind,
  ground,
  owedAgain,
  mailed,
  statusPath,
  account,
}: ReplyWithdrawnProps) {
  const path = statusPath ?? (account ? `/account/requests/${reference}` : null);
  return (
    <MailLayout
      title="We took back a reply"
      preview={`About ${kindWords[kind].asked}, reference ${reference}.`}
      {...(path ? { action: { label: "See where it stands", path } } : {})}
      reason={`Sent because you asked ${config.company.name} for ${kindWords[kind].asked}, and we had replied.`}
    >
      <Paragraph>
        A reply that we wrote about {reference} does not stand any more, since {messageGrounds[ground].person}. It is
        gone from the thread, where its day and this reason stay.
      </Paragraph>
      {mailed ? (
        <Paragraph>
          Its words also went to you by mail, which we cannot take back. Please do not rely on them, and delete that
          mail when it holds something that is not about you.
        </Paragraph>
      ) : null}
      <Paragraph>
        {owedAgain
          ? "So we owe you an answer again. The time for it counts from when you wrote, not from today."
          : "What else we answered stands. You do not have to do anything."}
      </Paragraph>
    </MailLayout>
  );
}

ReplyWithdrawn.PreviewProps = {
  ...{ reference: "PR-7K2M-Q4XD", kind: "objection", ground: "mistaken" },
  ...{ owedAgain: true, mailed: false, statusPath: null, account: true },
} satisfies ReplyWithdrawnProps;
