import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makePerson } from "@/test/people";
import { refuseDemoAccounts } from "./refuse";

const database = testDatabase();

describe("a production start", () => {
  it("S10: refuses a database with demo accounts, in any case of letters, and shows no address", async () => {
    await makePerson({ email: "somebody@real-company.test" });
    await refuseDemoAccounts(database.url);
    await makePerson({ email: "Ada.Winter@Lumen-Lifts.example" });
    const refusal = await refuseDemoAccounts(database.url).catch((error: Error) => error);
    expect(refusal).toMatchObject({ name: "EnvError", message: expect.stringContaining("1 demo account") });
    expect((refusal as Error).message).not.toMatch(/ada/i);
  });
});
