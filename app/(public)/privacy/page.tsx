import type { Metadata } from "next";
import { AnnouncedBanner } from "@/components/policy/announced-banner";
import { PolicyPage } from "@/components/policy/policy-page";
import { WithdrawnBanner } from "@/components/policy/withdrawn-banner";
import { Empty, PageHeader } from "@/components/ui/page";
import { visitorCtx } from "@/lib/context";
import { policyNow, withdrawnLately } from "@/lib/policy/queries";
import { standings } from "@/lib/policy/standing";
import { config } from "@/trust-center.config";

export const metadata: Metadata = {
  title: "Privacy policy",
  description: `What ${config.company.name} does with information about you, with every promise checked.`,
};

export default async function Privacy() {
  const { now, inForce, next } = await policyNow(visitorCtx());
  const withdrawn = await withdrawnLately(visitorCtx());
  if (!inForce)
    return (
      <>
        <PageHeader title="Privacy policy" />
        <Empty>No version is in force yet.</Empty>
      </>
    );
  return (
    <PolicyPage version={inForce} next={next} standings={await standings()}>
      {withdrawn ? <WithdrawnBanner version={withdrawn} /> : null}
      {next ? <AnnouncedBanner current={inForce} next={next} now={now} /> : null}
    </PolicyPage>
  );
}
