import { FactList } from "@/components/transfers/fact-list";
import { TransferChip } from "@/components/transfers/transfer-chip";
import { Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import type { TransferView } from "@/lib/transfers/queries";

/** Where the transfer of a case stands, for staff: to whom, how far, and why not. */
export function TransferState({ transfer }: { transfer: TransferView | null }) {
  if (!transfer) return null;
  const { name, origin, contact, state, failure, endedAt, lastAttemptAt, recall } = transfer;
  return (
    <Section id="transfer" title="Transfer" lead="The person chose this provider and confirmed its key.">
      <FactList
        facts={[
          ["State", <TransferChip key="state" state={state} />],
          ["To", `${name}, ${origin}`],
          ["Contact", contact],
          ["Why", failure],
          ["Last try", lastAttemptAt ? <Time key="try" at={lastAttemptAt} withTime /> : null],
          ["Ended", endedAt ? <Time key="end" at={endedAt} withTime /> : null],
          ["Told to delete; it answered", recall],
        ]}
      />
    </Section>
  );
}
