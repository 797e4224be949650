import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { FateList } from "@/components/cases/fate-list";
import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { requireHolder } from "@/lib/auth/require";
import { mySubject } from "@/lib/cases/queries";
import { myClients } from "@/lib/clients/queries";
import { knowsClients } from "@/lib/data-map/find-clients";
import { config } from "@/trust-center.config";
import { finish } from "./actions";
import { ClientSearch } from "./search";

export const metadata: Metadata = { title: "Clients of your company" };

export default async function Clients() {
  const ctx = await requireHolder();
  if (!knowsClients()) notFound();
  const [mine, subject] = await Promise.all([myClients(ctx), mySubject(ctx)]);
  const zone = subject?.timeZone ?? "UTC";
  if (!mine) {
    return (
      <>
        <PageHeader title="Clients of your company" />
        <Empty>
          This page is for the owner of a company account: the company decides about the data of its clients. If you own
          one, the platform could not confirm it just now; reload the page in a minute.
        </Empty>
      </>
    );
  }
  return (
    <>
      <PageHeader
        title="Clients of your company"
        lead={`People your company keeps in ${config.company.productName}. Your company decides about this data and answers them; we only keep it.`}
      />
      <Section
        title="Requests passed on to you"
        lead="They wrote to us, and we may not answer for you. By law you have one month. We have not checked who they are."
      >
        {mine.requests.length === 0 ? (
          <p className="text-muted">None is open.</p>
        ) : (
          <ul className="divide-y divide-line border-y border-line">
            {mine.requests.map((one) => (
              <li key={one.id} className="space-y-3 py-4">
                <p className="[overflow-wrap:anywhere]">
                  <span className="font-medium">{one.name ?? one.email}</span>
                  {one.name ? <span className="block">{one.email}</span> : null}
                  <span className="block text-sm text-muted">
                    <span className="font-mono">{one.reference}</span>, passed on <Time at={one.passedAt} zone={zone} />
                  </span>
                </p>
                <p className="max-w-[70ch] whitespace-pre-wrap [overflow-wrap:anywhere]">{one.text}</p>
                <ConfirmDisclosure label="It is done" about={one.reference}>
                  <p className="text-sm">
                    You answered them, and did what they asked or said why not. What they wrote is then removed from
                    here.
                  </p>
                  <ActionForm action={finish}>
                    <input type="hidden" name="requestId" value={one.id} />
                    <SubmitButton look="secondary">Remove it from the list</SubmitButton>
                  </ActionForm>
                </ConfirmDisclosure>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section
        title="Find a client"
        lead="See what is held about them, and erase it. That you looked stands in our log."
      >
        <ClientSearch />
      </Section>
      {mine.erasures.length > 0 ? (
        <Section id="done" title="Clients erased">
          <ul className="divide-y divide-line border-y border-line">
            {mine.erasures.map((one) => (
              <li key={one.id} className="space-y-2 py-4">
                <p>
                  Client <span className="font-mono">{one.clientId}</span>, asked for{" "}
                  <Time at={one.orderedAt} zone={zone} withTime />.{" "}
                  {one.finishedAt ? (
                    <>
                      Erased <Time at={one.finishedAt} zone={zone} withTime />.
                      {one.items.length === 0 ? " Nothing was held any more." : null}
                    </>
                  ) : one.failedAt ? (
                    "It could not be done yet; nothing was changed. It is tried again."
                  ) : (
                    "Being erased."
                  )}
                </p>
                <FateList items={one.items} />
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </>
  );
}
