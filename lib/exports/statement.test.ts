import { expect, it } from "vitest";
import { dataMap } from "../data-map/load";
import { statement, statementPage } from "./statement";

it("states the periods and recipients of the policy version in force", () => {
  const held = dataMap().systems.flatMap(({ name, collections }) =>
    collections.map((collection) => ({ system: name, collection, rows: 1 })),
  );
  const by = (number: number | null) => {
    const data = statement({
      packageId: "0198c0de-0000-7000-8000-000000000000",
      reference: "PR-7K2M-Q4XD",
      scope: "person",
      readAfter: Temporal.Instant.from("2026-11-23T12:00:00Z"),
      policy: number === null ? null : { number, sha256: "0".repeat(64) },
      held,
      known: true,
    });
    const usage = data.retention.find((one) => one.class === "usage");
    return { usage: usage?.period, recipients: data.recipients.length, html: statementPage(data) };
  };
  expect(by(1)).toMatchObject({ usage: "P2Y", recipients: 4 });
  expect(by(1).html).toContain(": 2 years from ");
  expect(by(2)).toMatchObject({ usage: "P1Y", recipients: 5 });
  expect(by(2).html).toContain("Customer support tools");
  expect(by(null)).toMatchObject({ usage: "P2Y", recipients: 4 });
});
