import { type ClockRule, clockWords } from "../lib/cases/clocks";
import { inWords } from "../lib/in-words";
import { config } from "../trust-center.config";
import { MailLayout, Paragraph } from "./layout";

export type ClockAlarmProps = {
  /** Clocks that run out within `desk.nearHours`. */
  near: number;
  missed: number;
  /** The first of them, missed ones first. */
  clocks: { reference: string; rule: ClockRule; dueAt: string; missed: boolean }[];
};

const several = (count: number, what: string) => `${count.toLocaleString("en")} ${count === 1 ? what : `${what}s`}`;

export const clockAlarmSubject = ({ near, missed }: ClockAlarmProps): string =>
  missed > 0
    ? `${several(missed, "clock")} missed${near > 0 ? `, ${near.toLocaleString("en")} near` : ""}`
    : `${several(near, "clock")} will run out within ${config.desk.nearHours} hours`;

/** To whoever has the cases, and to officers: which clocks are near or were missed. */
export function ClockAlarm(props: ClockAlarmProps) {
  const { near, missed, clocks } = props;
  const more = near + missed - clocks.length;
  return (
    <MailLayout
      title={clockAlarmSubject(props)}
      preview={clocks.map(({ reference }) => reference).join(", ")}
      action={{ label: "Open the queue", path: missed > 0 ? "/admin?state=overdue" : "/admin?state=due-soon" }}
      reason={`Sent once for each clock when it is near and once when it was missed, to the colleague who has the case and to the privacy officers of ${config.company.name}.`}
    >
      {clocks.map(({ reference, rule, dueAt, missed: late }) => (
        <Paragraph key={`${reference} ${rule} ${dueAt}`}>
          {reference}, {clockWords[rule].name}: {late ? "was due" : "is due"}{" "}
          {inWords(Temporal.Instant.from(dueAt), config.clocks.zone)}
        </Paragraph>
      ))}
      {more > 0 ? <Paragraph>And {more.toLocaleString("en")} more in the queue.</Paragraph> : null}
    </MailLayout>
  );
}

ClockAlarm.PreviewProps = {
  near: 1,
  missed: 1,
  clocks: [
    { reference: "PR-7K2M-Q4XD", rule: "policy-72h", dueAt: "2026-11-28T09:00:00Z", missed: true },
    { reference: "PR-9V3D-2HXA", rule: "gdpr-1m", dueAt: "2026-11-29T23:59:59Z", missed: false },
  ],
} satisfies ClockAlarmProps;
