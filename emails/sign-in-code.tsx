import { config } from "../trust-center.config";
import { Code, MailLayout, Panel, Paragraph } from "./layout";

export type SignInCodeProps = { code: string; link: string; minutes: number };

export const signInCodeSubject = (): string => `Your code for the ${config.company.name} Trust Center`;

/** A code to type and a link to open, both good only in the browser that asked (S12). */
export function SignInCode({ code, link, minutes }: SignInCodeProps) {
  return (
    <MailLayout
      title="Your code to sign in"
      preview={`It works for ${minutes} minutes, once, in the browser that asked for it.`}
      action={{ label: "Sign in without typing", path: `/sign-in/link?token=${link}` }}
      after={
        <Paragraph quiet>
          The link works only in the browser that asked. On another device, type the code where you asked for it. If you
          did not ask, do nothing: without this mail nobody gets in. We never ask you for this code by phone or mail.
        </Paragraph>
      }
      reason="You get this mail because somebody, most likely you, typed this address to sign in."
    >
      <Paragraph>Type it on the page where you asked for it. It works for {minutes} minutes, once.</Paragraph>
      <Panel>
        <Code>{code}</Code>
      </Panel>
    </MailLayout>
  );
}

SignInCode.PreviewProps = {
  code: "402817",
  link: "preview-preview-preview-preview-preview-pre",
  minutes: 10,
} satisfies SignInCodeProps;
