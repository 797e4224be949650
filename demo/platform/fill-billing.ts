import type { Company } from "./companies";
import type { Random } from "./random";
import { before, day, type Ids, newNumber, put, type Rows } from "./rows";

/** A year of invoices and how they were paid. */
export function fillBilling(rows: Rows, random: Random, ids: Ids, company: Company, companyId: string): void {
  for (let month = 0; month < 12; month++) {
    const id = random.uuid();
    put(rows, "invoices", {
      id,
      company_id: companyId,
      number: `${company.domain.slice(0, 3).toUpperCase()}-2026-${String(month + 1).padStart(3, "0")}`,
      // In another case of letters than the account's address, as people type it.
      billing_email: month % 3 === 0 ? `${company.people[0]?.email}@${company.domain}`.toUpperCase() : null,
      issued_on: day(24 * 30 * (12 - month)),
      due_on: day(24 * 30 * (12 - month) - 24 * 14),
      currency: random.pick(["EUR", "GBP"]),
      amount: `${company.staff * 29}.00`,
      lines: [{ what: "Seats, monthly", quantity: company.staff, price: "29.00" }],
      paid_at: month < 11 || !company.owes ? before(24 * 30 * (12 - month) - 24 * 3) : null,
    });
    put(rows, "payment_references", {
      id: newNumber(ids),
      invoice_id: id,
      provider: "paylane",
      provider_customer: `cus_${random.uuid().slice(0, 8)}`,
      provider_token: `tok_${random.uuid()}`,
      brand: random.pick(["visa", "sepa_debit"]),
      last4: String(random.between(1000, 9999)),
      expires_on: "2028-04-30",
    });
  }
}
