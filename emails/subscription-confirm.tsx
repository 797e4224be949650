import { config } from "../trust-center.config";
import { MailLayout, Paragraph } from "./layout";

export type SubscriptionConfirmProps = { token: string };

export const subscriptionConfirmSubject = (): string => "Confirm that you want mail about policy changes";

/** The first half of the double opt-in: nothing more is sent before the link's button was pressed. */
export function SubscriptionConfirm({ token }: SubscriptionConfirmProps) {
  const { name } = config.company;
  return (
    <MailLayout
      title="Policy changes by mail"
      preview={`Somebody, we hope you, asked to hear when ${name}'s privacy policy changes.`}
      action={{ label: "Confirm", path: `/privacy/subscribe/confirm?token=${token}` }}
      after={
        <Paragraph quiet>
          If it was not you, do nothing: without the button you get no further mail, and your address is forgotten after{" "}
          {config.subscription.confirmHours} hours.
        </Paragraph>
      }
      reason={`Sent because this address was entered at ${name}'s trust center to get mail about policy changes.`}
    >
      <Paragraph>
        Somebody, we hope you, asked for a mail whenever a change of {name}&apos;s privacy policy is announced. The
        button leads to a page where you confirm it. The link works for {config.subscription.confirmHours} hours.
      </Paragraph>
    </MailLayout>
  );
}

SubscriptionConfirm.PreviewProps = {
  token: "uQ0l2m4Zr9xk1Tn7cVb3yHd6sWe8gJa5pLf2oKiRtYu",
} satisfies SubscriptionConfirmProps;
