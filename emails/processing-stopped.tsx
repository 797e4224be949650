import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type ProcessingStoppedProps = {
  reference: string;
  kind: "objection" | "restriction";
  /** The use in a sentence, such as "improvement and analytics". */
  what: string;
  /** How we know that the reader asked: they were signed in, used the link to their address, or staff wrote it down for them. */
  by: "account" | "link" | "staff";
  /** Of several uses those that need no weighing, in a sentence; null where that is all of them or none. */
  forGood: string | null;
  /** Until when a person replies, in words of the reader's zone; null when nothing is left to weigh. */
  replyBy: string | null;
};

export const processingStoppedSubject = ({ kind, what }: ProcessingStoppedProps): string =>
  kind === "objection" ? `We stopped using your data for ${what}` : "Your data is only stored from now on";

const reasons: Record<ProcessingStoppedProps["by"], string> = {
  account: "somebody signed in with this address asked",
  link: "a request was confirmed with the link to this address that asked",
  staff: "our privacy team wrote down that you asked",
};

/** What a person asked to stop has stopped, and what happens next. */
export function ProcessingStopped({ reference, kind, what, by, forGood, replyBy }: ProcessingStoppedProps) {
  const stopped =
    kind === "objection"
      ? `You objected to ${what}. Your data is no longer used for it.`
      : `You asked us to limit ${what}. Your data is stored for it and not used.`;
  return (
    <MailLayout
      title={kind === "objection" ? "It has stopped" : "It is only stored"}
      preview={stopped}
      action={{ label: "See your uses", path: "/account/uses" }}
      reason={`Sent because ${reasons[by]} ${config.company.name} for it. Was that not you? Take it back on that page, then reply to this mail.`}
    >
      <Paragraph>{stopped}</Paragraph>
      <Facts facts={[["Reference", reference], ...(replyBy ? [["A person replies by", replyBy] as const] : [])]} />
      <Paragraph>
        {replyBy
          ? `${forGood ? `For ${forGood} that is for good, and only you can take it back. The rest` : "It"} stays so while a person of our privacy team weighs it. If we ever want to end it, we tell you why and when beforehand.`
          : "That is for good, with nothing to weigh. Only you can take it back, on the page below, at any time."}
      </Paragraph>
    </MailLayout>
  );
}

ProcessingStopped.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  kind: "objection",
  what: "communication",
  by: "account",
  forGood: null,
  replyBy: "30 November 2026 at 14:05 CET",
} satisfies ProcessingStoppedProps;
