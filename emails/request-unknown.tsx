import type { CaseKind } from "../lib/cases/clocks";
import { kindWords } from "../lib/cases/words";
import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type RequestUnknownProps = {
  reference: string;
  kind: CaseKind;
  /** Somebody else asked in the reader's name. */
  agent: boolean;
  replyBy: string;
  statusPath: string | null;
};

export const requestUnknownSubject = ({ reference }: RequestUnknownProps): string =>
  `We found nothing under this address (${reference})`;

/** To an address that is on file nowhere: what that means, and how to go on. Only whoever reads it learns that (S16). */
export function RequestUnknown({ reference, kind, agent, replyBy, statusPath }: RequestUnknownProps) {
  const { name, productName } = config.company;
  return (
    <MailLayout
      title="We found nothing under this address"
      preview={`Your request ${reference} is open. Here is how it goes on.`}
      {...(statusPath ? { action: { label: "Answer on the status page", path: statusPath } } : {})}
      reason={`Sent because ${agent ? "somebody asked us in the name of this address" : "this address was given to us with a request"}. Was that not you? Then do nothing.`}
    >
      <Paragraph>
        {agent ? "Somebody" : "You"} asked {name} for {kindWords[kind].asked}. No account of {productName} has this
        address, and no company that uses {productName} names it.
      </Paragraph>
      <Paragraph>
        {agent
          ? "There is nothing for you to do. If you have an account with another address, write to us from that one."
          : "If you have an account with another address, ask again with that one: the answer then needs a single click. If a company that uses it did work for you, tell us its name. In any other case write what we may know you by."}
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

RequestUnknown.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  kind: "access",
  agent: false,
  replyBy: "2 December 2026 at 14:05 UTC",
  statusPath: "/requests/status?reference=PR-7K2M-Q4XD&code=preview",
} satisfies RequestUnknownProps;
