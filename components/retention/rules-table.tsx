import { Table } from "@/components/ui/table";
import type { OwnView, RuleView } from "@/lib/retention/queries";
import { OwnEvidence, OwnState, RuleEvidence, RuleState } from "./rule-state";

/** What is kept on the platform, for how long, and whether that was so. */
export const RulesTable = ({ rules }: { rules: RuleView[] }) => (
  <Table
    caption="What we keep on the platform and for how long"
    rows={rules}
    rowKey={({ name }) => name}
    columns={[
      { key: "what", head: "What", cell: ({ label }) => <span className="font-medium">{label}</span> },
      { key: "period", head: "Kept for", cell: ({ period, from }) => `${period} ${from}` },
      { key: "state", head: "State", cell: (rule) => <RuleState rule={rule} /> },
      { key: "evidence", head: "Last evidence", cell: (rule) => <RuleEvidence rule={rule} /> },
    ]}
  />
);

/** The same for the trust center's own tables. */
export const OwnTable = ({ rules }: { rules: OwnView[] }) => (
  <Table
    caption="What this trust center keeps itself and for how long"
    rows={rules}
    rowKey={({ name }) => name}
    columns={[
      { key: "what", head: "What", cell: ({ label }) => <span className="font-medium">{label}</span> },
      { key: "period", head: "Kept for", cell: ({ period, from }) => `${period} ${from}` },
      { key: "state", head: "State", cell: (rule) => <OwnState rule={rule} /> },
      { key: "evidence", head: "Last evidence", cell: (rule) => <OwnEvidence rule={rule} /> },
    ]}
  />
);
