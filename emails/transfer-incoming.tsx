import { config } from "../trust-center.config";
import { MailLayout, Paragraph } from "./layout";

export type TransferIncomingProps = {
  /** The sender's origin; its name is its own word and stands on the page alone. */
  origin: string;
  /** In words with its zone. */
  expiresAt: string;
};

export const transferIncomingSubject = () => "Data from your other provider is waiting for you";

export function TransferIncoming({ origin, expiresAt }: TransferIncomingProps) {
  return (
    <MailLayout
      title={transferIncomingSubject()}
      preview="Look at it, and take it over or not. Nothing happens by itself."
      action={{ label: "Look at it", path: "/account/transfers" }}
      reason="You get this mail because another provider sent a package for your address. It cannot be switched off."
    >
      <Paragraph>
        {origin} sent {config.company.productName} a package for your address. It lies encrypted and unused until you
        sign in with this address and decide.
      </Paragraph>
      <Paragraph quiet>Not yours, or not wanted? Do nothing: it is deleted on {expiresAt}.</Paragraph>
    </MailLayout>
  );
}

TransferIncoming.PreviewProps = {
  origin: "https://trust.oldprovider.example",
  expiresAt: "30 November 2026 at 14:05 UTC",
} satisfies TransferIncomingProps;
