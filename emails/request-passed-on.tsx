import { listInWords } from "../lib/in-words";
import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type RequestPassedOnProps = {
  reference: string;
  /** Somebody else asked in the reader's name: then nothing was passed on. */
  agent: boolean;
  /** Companies that name the address; `told`: somebody there got the request from us. */
  companies: { name: string; told: boolean }[];
};

export const requestPassedOnSubject = ({ reference }: RequestPassedOnProps): string =>
  `Who answers your request (${reference})`;

/** To a company's own customer: which company decides, that it was told, and what to do when it is silent (L11). */
export function RequestPassedOn({ reference, agent, companies }: RequestPassedOnProps) {
  const { name, productName } = config.company;
  const told = companies.filter((one) => one.told).map((one) => one.name);
  const silent = companies.filter((one) => !one.told).map((one) => one.name);
  const one = companies.length === 1;
  return (
    <MailLayout
      title={one ? "A company answers you" : "Companies answer you"}
      preview={`Your address stands among the clients of ${listInWords(companies.map((company) => company.name))}.`}
      reason={`Sent because this address was given to ${name} with a request about data.`}
    >
      <Paragraph>
        Your address stands among the clients of {listInWords(companies.map((company) => company.name))}, which{" "}
        {one ? "works" : "work"} with {productName}. {one ? "That company decides" : "They decide"} about this data.{" "}
        {name} only keeps it for {one ? "it" : "them"}, and may not answer or change anything without{" "}
        {one ? "it" : "them"}.
      </Paragraph>
      {agent ? (
        <Paragraph>
          Somebody asked us in your name. Without your permission we pass nothing on. If you want an answer, write to{" "}
          {listInWords(companies.map((company) => company.name))} yourself.
        </Paragraph>
      ) : (
        <Passed told={told} silent={silent} />
      )}
      <Facts facts={[["Reference", reference]]} />
      <Paragraph>
        If you hear nothing, or meant {name} itself and not what {one ? "that company" : "these companies"} keeps about
        you, reply to this mail: a person of ours answers. You can also complain to {config.complaint.authority} (
        {config.complaint.address}).
      </Paragraph>
    </MailLayout>
  );
}

function Passed({ told, silent }: { told: string[]; silent: string[] }) {
  return (
    <>
      {told.length > 0 ? (
        <Paragraph>
          We passed what you asked on to {listInWords(told)} today, with your address and what you wrote. You get the
          answer from there. For a right, such as a copy or a deletion, the law gives it one month; for a question it
          names no time. Files that you sent with it were not passed on, and we remove them. We keep neither your name
          nor your words for ourselves.
        </Paragraph>
      ) : null}
      {silent.length > 0 ? (
        <Paragraph>
          At {listInWords(silent)} we found nobody to pass it on to just now. Please write there yourself, or reply to
          this mail and a person of ours helps you.
        </Paragraph>
      ) : null}
    </>
  );
}

RequestPassedOn.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  agent: false,
  companies: [
    { name: "Lumen Lifts", told: true },
    { name: "Bright Pipe", told: true },
  ],
} satisfies RequestPassedOnProps;
