import { type CaseAt, CaseTarget } from "@/components/desk/case-target";
import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import { companiesFor } from "@/lib/cases/pass-to-company";
import type { Ctx } from "@/lib/context";
import { log } from "@/lib/log";
import { passOn } from "./actions";

/** The companies that name the address of who asked, and the form that passes the case on to one of them. */
export async function Companies({ ctx, at }: { ctx: Ctx; at: CaseAt }) {
  const companies = await companiesFor(ctx, at).catch((err: unknown) => {
    log.error({ err, caseId: at.caseId }, "the platform did not say which companies name an address");
    return null;
  });
  if (companies?.length === 0) return null;
  return (
    <Section
      id="companies"
      title="Named by companies"
      lead="The address of who asked stands among the clients of these companies. They decide about that data, and the request is theirs to answer."
    >
      {companies === null ? (
        <p className="text-muted">The platform did not answer. Reload the page in a minute.</p>
      ) : (
        <ul className="divide-y divide-line border-y border-line">
          {companies.map(({ companyId, name, clients }) => (
            <li key={companyId} className="flex flex-wrap items-start justify-between gap-4 py-4">
              <p className="min-w-0 [overflow-wrap:anywhere]">
                {name}
                <span className="block text-sm text-muted">
                  {clients.toLocaleString("en-GB")} {clients === 1 ? "client" : "clients"} with this address
                </span>
              </p>
              <ConfirmDisclosure label="Pass it on" about={name}>
                <p className="text-sm">
                  The owners of {name} get a mail, and the request with its address on their dashboard. Whoever asked is
                  told who answers, and the case is closed as done. Then everything that was written here is removed,
                  with its files, which do not go along.
                </p>
                <ActionForm
                  action={passOn}
                  said={{
                    "not-ready":
                      "Nobody owns this company's account just now. Reply to who asked with the company's name instead.",
                  }}
                >
                  <CaseTarget {...at} />
                  <input type="hidden" name="companyId" value={companyId} />
                  <SubmitButton>Pass it on to {name}</SubmitButton>
                </ActionForm>
              </ConfirmDisclosure>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
