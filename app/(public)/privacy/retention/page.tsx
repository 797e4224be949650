import type { Metadata } from "next";
import Link from "next/link";
import { OwnTable, RulesTable } from "@/components/retention/rules-table";
import { PageHeader, Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { retentionNow } from "@/lib/retention/queries";
import { config } from "@/trust-center.config";

export const metadata: Metadata = {
  title: "How long we keep data",
  description: `What ${config.company.name} keeps and for how long, with the last evidence that it was deleted on time.`,
};

export default async function RetentionTable() {
  const { rules, own, now } = await retentionNow();
  return (
    <>
      <PageHeader
        title="How long we keep data"
        lead="The periods are those of the policy in force. A daily sweep deletes what is over its time; here is what the last one did."
      />
      <RulesTable rules={rules} />
      <div className="mt-6 mb-8 max-w-[75ch] space-y-3 text-muted">
        <p>
          <strong className="font-medium text-ink">On hold:</strong> a law or a claim asks that a record stays, or its
          person has an open request about it. <strong className="font-medium text-ink">Waiting:</strong> another record
          that is not over yet would be broken without it; it goes with that one.
        </p>
        <p>
          For each period a row is planted that has to be gone on time, and everything that is left after a sweep is
          counted. If the row is still there, if no sweep ended in a day, or if something stays behind twice, it says
          “late” here.
        </p>
      </div>
      <Section
        title="In this trust center"
        lead="What is kept about requests, sign-ins and mails, here and not on the platform."
      >
        <OwnTable rules={own} />
      </Section>
      <p className="text-sm text-muted">
        Counted <Time at={now.toString()} withTime />. The words stand in{" "}
        <Link href="/privacy" prefetch={false} className="link">
          the policy
        </Link>
        ; how old your own data is, on{" "}
        <Link href="/account/kept" prefetch={false} className="link">
          your account
        </Link>
        .
      </p>
    </>
  );
}
