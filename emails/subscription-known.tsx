import { config } from "../trust-center.config";
import { MailLayout, Paragraph } from "./layout";

export const subscriptionKnownSubject = (): string => "You already get mail about policy changes";

/** To an address that was confirmed before: the form says the same to everybody, so this says what is so. */
export function SubscriptionKnown(_props: Record<string, never>) {
  const { name } = config.company;
  return (
    <MailLayout
      title="You already get these mails"
      preview={`This address is confirmed: you hear when ${name}'s privacy policy changes.`}
      action={{ label: "Read the policy", path: "/privacy" }}
      reason={`Sent because this address was entered at ${name}'s trust center again.`}
    >
      <Paragraph>
        Somebody entered this address to hear of changes of {name}&apos;s privacy policy. It was confirmed before, so
        nothing has changed. If you want no more of these mails, the link below ends them.
      </Paragraph>
    </MailLayout>
  );
}

SubscriptionKnown.PreviewProps = {};
