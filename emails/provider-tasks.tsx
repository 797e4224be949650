import { config } from "../trust-center.config";
import { MailLayout, Paragraph } from "./layout";

export type ProviderTasksProps = {
  /** Providers that staff have to tell or ask, and that were due for a reminder. */
  open: number;
  /** Of all, those whose answer should have been there. */
  overdue: number;
};

const several = (count: number) => (count === 1 ? "1 provider has" : `${count.toLocaleString("en")} providers have`);

export const providerTasksSubject = ({ open }: ProviderTasksProps): string => `${several(open)} not answered yet`;

/** To the privacy mailbox: numbers alone, the desk has the rest. */
export function ProviderTasks(props: ProviderTasksProps) {
  const { overdue } = props;
  return (
    <MailLayout
      title={providerTasksSubject(props)}
      preview="They received data that was erased, and have to be told or asked again."
      action={{ label: "Open the list", path: "/admin/providers" }}
      reason={`Sent to the privacy mailbox, every ${config.providerAnswers.remindDays} days while an answer is missing.`}
    >
      <Paragraph>
        We erased data that they had received from us. By law they have to be told (GDPR Article 19), and the person is
        shown what they answered.
      </Paragraph>
      <Paragraph>
        {overdue === 0 ? "No answer is overdue." : `Overdue in all: ${overdue.toLocaleString("en")}.`}
      </Paragraph>
    </MailLayout>
  );
}

ProviderTasks.PreviewProps = { open: 3, overdue: 1 } satisfies ProviderTasksProps;
