import { Facts, MailLayout, Paragraph } from "./layout";

export type PackageReadyProps = {
  reference: string;
  scope: "person" | "company";
  packageId: string;
  size: string;
  rows: string;
  parts: number;
  /** In words with its zone. */
  expiresAt: string;
};

export const packageReadySubject = ({ scope }: PackageReadyProps) =>
  scope === "company" ? "The copy of your company's data is ready" : "The copy of your data is ready";

export function PackageReady(props: PackageReadyProps) {
  const { reference, packageId, size, rows, parts, expiresAt } = props;
  return (
    <MailLayout
      title={packageReadySubject(props)}
      preview={`${size}, ready until ${expiresAt}.`}
      action={{ label: "Go to the download", path: `/account/packages/${packageId}` }}
      reason="You get this mail because you asked for a copy of your data."
    >
      <Paragraph>You can download it after signing in and confirming that it is you.</Paragraph>
      <Facts
        facts={[
          ["Request", reference],
          ["Size", parts > 1 ? `${size} in ${parts} parts` : size],
          ["Rows", rows],
          ["Ready until", expiresAt],
        ]}
      />
      <Paragraph quiet>After that we delete the file. You can ask for it again at no cost.</Paragraph>
    </MailLayout>
  );
}

PackageReady.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  scope: "person",
  packageId: "0198c0de-0000-7000-8000-000000000000",
  size: "1.2 MB",
  rows: "3,120",
  parts: 1,
  expiresAt: "30 November 2026 at 14:05 CET",
} satisfies PackageReadyProps;
