import { config } from "../trust-center.config";
import { Code, MailLayout, Panel, Paragraph } from "./layout";
import type { SignInCodeProps } from "./sign-in-code";

export const signInUnknownSubject = (): string => `${config.company.name} does not know this address`;

/** For an address the platform does not know: said here, in the mail, and nowhere else (S16). */
export function SignInUnknown({ code, link, minutes }: SignInCodeProps) {
  const { productName, privacyMailbox } = config.company;
  return (
    <MailLayout
      title={`${productName} has no account with this address`}
      preview="You can still sign in and ask us a question; there will be nothing else to see."
      action={{ label: "Sign in anyway", path: `/sign-in/link?token=${link}` }}
      after={
        <Paragraph quiet>
          The link works only in the browser that asked, for {minutes} minutes, once. If you did not ask, do nothing.
        </Paragraph>
      }
      reason="You get this mail because somebody, most likely you, typed this address to sign in."
    >
      <Paragraph>
        Do you use {productName} with another address? Then sign in with that one: your data is found by the address you
        use there.
      </Paragraph>
      <Paragraph>
        If a company that works with {productName} visited you, your details belong to that company's account. Write to{" "}
        {privacyMailbox} and we send your request on to it at once.
      </Paragraph>
      <Paragraph>With this code you can sign in here all the same:</Paragraph>
      <Panel>
        <Code>{code}</Code>
      </Panel>
    </MailLayout>
  );
}

SignInUnknown.PreviewProps = {
  code: "402817",
  link: "preview-preview-preview-preview-preview-pre",
  minutes: 10,
} satisfies SignInCodeProps;
