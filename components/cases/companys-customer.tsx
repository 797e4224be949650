import { Section } from "@/components/ui/page";
import { knowsClients } from "@/lib/data-map/find-clients";
import { config } from "@/trust-center.config";

/** For whoever stands in the records of a company that uses the platform; nothing where the map knows no such people, whom nobody could pass on. */
export function CompanysCustomer({ areKnown = knowsClients() }: { areKnown?: boolean }) {
  const { name, productName } = config.company;
  return areKnown ? (
    <Section title="You are a company's customer?">
      <p className="text-muted">
        If a company that uses {productName} did work for you, your name may stand in its records. That company decides
        about them, and {name} only processes them for it. If your address stands among its clients and you have no
        account, we pass your question on to it at once, tell you by mail which company that is, and keep nothing of it.
        Otherwise tell us its name.
      </p>
    </Section>
  ) : null;
}
