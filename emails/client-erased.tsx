import { Facts, MailLayout, Paragraph } from "./layout";

export type ClientErasedProps = {
  deleted: number;
  /** Records that stay without what said whose they are. */
  emptied: number;
  /** Records that stay as they are by a legal hold, which an officer may have concealed. */
  held: number;
};

export const clientErasedSubject = (_props: ClientErasedProps): string => "A client of your company was erased";

/** To the owner who ordered it; names nobody. */
export function ClientErased(props: ClientErasedProps) {
  const number = (count: number) => count.toLocaleString("en");
  return (
    <MailLayout
      title={clientErasedSubject(props)}
      preview="It cannot be brought back. If this was not you, write to us at once."
      action={{ label: "See what was done", path: "/account/clients" }}
      reason="Sent to the owner of the company account who asked for it. Mails of this kind always go out."
    >
      <Paragraph>The client that you asked to have erased is erased. What was done, in records:</Paragraph>
      <Facts
        facts={[
          ["Deleted", number(props.deleted)],
          ["Kept without the client", number(props.emptied)],
          ...(props.held > 0 ? ([["Kept for now, as the law asks", number(props.held)]] as const) : []),
        ]}
      />
      <Paragraph quiet>If this was not you, answer this mail at once.</Paragraph>
    </MailLayout>
  );
}

ClientErased.PreviewProps = { deleted: 3, emptied: 12, held: 0 } satisfies ClientErasedProps;
