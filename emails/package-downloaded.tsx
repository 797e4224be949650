import { Facts, MailLayout, Paragraph } from "./layout";

export type PackageDownloadedProps = {
  reference: string;
  packageId: string;
  part: number;
  parts: number;
  /** In words with its zone. */
  startedAt: string;
  /** False: begun, and not finished when we last looked. */
  finished: boolean;
};

export const packageDownloadedSubject = ({ finished }: PackageDownloadedProps) =>
  finished ? "The copy of your data was downloaded" : "A download of your data was begun";

/** Told for every download (P3), so that one that was not yours does not pass unseen. */
export function PackageDownloaded(props: PackageDownloadedProps) {
  const { reference, packageId, part, parts, startedAt, finished } = props;
  return (
    <MailLayout
      title={packageDownloadedSubject(props)}
      preview="If it was not you, end the sessions that you do not know."
      action={{ label: "See your sessions", path: "/account/sessions" }}
      reason="You get this mail because data was downloaded from your account. It cannot be switched off."
    >
      <Paragraph>
        {finished
          ? "Was it you? Then there is nothing to do."
          : "It was not finished. Was it you? Then go on whenever you like."}{" "}
        If it was not you, end the sessions that you do not know and write to us.
      </Paragraph>
      <Facts
        facts={[
          ["Request", reference],
          ["Package", packageId],
          ...(parts > 1 ? ([["Part", `${part} of ${parts}`]] as const) : []),
          ["Begun", startedAt],
        ]}
      />
    </MailLayout>
  );
}

PackageDownloaded.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  packageId: "0198c0de-0000-7000-8000-000000000000",
  part: 1,
  parts: 1,
  startedAt: "24 November 2026 at 14:05 CET",
  finished: true,
} satisfies PackageDownloadedProps;
