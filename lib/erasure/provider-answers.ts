import type { Tx } from "../db/transaction";

/** What one provider was asked about an erasure, and said. Times are ISO instants. */
export type ProviderAnswer = {
  name: string;
  asked: string | null;
  answered: string | null;
  /** In words for the person; null while there is none. */
  answer: string | null;
};

/** Those that were asked through this trust center, in the order of their names; none is asked yet. */
export async function providerAnswers(_tx: Tx, _caseId: string): Promise<ProviderAnswer[]> {
  return [];
}
