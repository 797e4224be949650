import type { Tx } from "../db/transaction";
import * as providers from "../providers/queries";

/** What one provider was asked about an erasure, and said. Times are ISO instants. */
export type ProviderAnswer = {
  name: string;
  asked: string | null;
  answered: string | null;
  /** In words for the person; null while there is none. */
  answer: string | null;
};

/** Those that received something of the person, in the order of their names. */
export async function providerAnswers(tx: Tx, caseId: string): Promise<ProviderAnswer[]> {
  const all = await providers.providerAnswers(tx, caseId);
  return all.map(({ name, askedAt, answeredAt, answer, notAsked }) => ({
    ...{ name, asked: askedAt, answered: answeredAt },
    answer: notAsked ? `Not asked. ${notAsked}` : answer ? words(answer) : null,
  }));
}

function words({ state, ground, until }: { state: string; ground: string | null; until: string | null }): string {
  if (state === "erased") return "Erased.";
  if (state === "nothing-held") return "Nothing was held.";
  return `Kept${until ? ` until ${until}` : ""}. ${ground ? `Its ground: ${ground}` : "It named no ground."}`;
}
