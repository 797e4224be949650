import { companiesNaming, companyOwners, type NamingCompany } from "../data-map/find-clients";
import type { PlatformPerson } from "../data-map/platform-person";

/** A company that names somebody, and who there is to be told. */
export type CompanyToTell = NamingCompany & { owners: PlatformPerson[] };

/** Every company that names this address as its client's, with its owners. Asked outside of any transaction. */
export async function findCompanies(address: string): Promise<CompanyToTell[]> {
  const found = await companiesNaming(address);
  return Promise.all(found.map(async (one) => ({ ...one, owners: await companyOwners(one.companyId) })));
}
