import { Facts, MailLayout, Paragraph } from "./layout";

export type PackageFailedProps = {
  reference: string;
  packageId: string;
  /** What could not be read, in plain words. */
  what: string;
};

export const packageFailedSubject = (_props: PackageFailedProps) => "The copy of your data could not be completed";

/** A package with something missing is never handed out; the person hears what it was instead. */
export function PackageFailed(props: PackageFailedProps) {
  const { reference, packageId, what } = props;
  return (
    <MailLayout
      title={packageFailedSubject(props)}
      preview="Nothing incomplete was kept. We are looking at it."
      action={{ label: "See the request", path: `/account/packages/${packageId}` }}
      reason="You get this mail because you asked for a copy of your data."
    >
      <Paragraph>
        Your data could not be read completely. We do not hand out a copy with something missing, so there is no file.
        Your request stays open and our staff see it; its deadline stays the same.
      </Paragraph>
      <Facts
        facts={[
          ["Request", reference],
          ["Not readable", what],
        ]}
      />
      <Paragraph quiet>You can also have it tried again from the page of the request.</Paragraph>
    </MailLayout>
  );
}

PackageFailed.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  packageId: "0198c0de-0000-7000-8000-000000000000",
  what: "Work-order notes",
} satisfies PackageFailedProps;
