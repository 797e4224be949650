import { Code, MailLayout, MailLink, Panel, Paragraph } from "./layout";

export type StepUpCodeProps = {
  code: string;
  minutes: number;
  /** Token of "this was not me". */
  disown: string;
};

export const stepUpCodeSubject = (): string => "Confirm that it is you";

/** A fresh proof before something that cannot be taken back (S14). */
export function StepUpCode({ code, minutes, disown }: StepUpCodeProps) {
  return (
    <MailLayout
      title="Confirm that it is you"
      preview="Somebody signed in as you is about to download, move or delete your data."
      after={
        <Paragraph>
          Not you? <MailLink path={`/not-me?token=${disown}`}>Sign everybody out and stop what is waiting</MailLink>.
          One click on the page it opens is enough.
        </Paragraph>
      }
      reason="You get this mail whenever somebody signed in as you asks for something that needs a fresh proof."
    >
      <Paragraph>
        You are about to download, move or delete data. Type this code on the page that asked for it. It works for{" "}
        {minutes} minutes, once.
      </Paragraph>
      <Panel>
        <Code>{code}</Code>
      </Panel>
    </MailLayout>
  );
}

StepUpCode.PreviewProps = {
  code: "402817",
  minutes: 10,
  disown: "preview-preview-preview-preview-preview-pre",
} satisfies StepUpCodeProps;
