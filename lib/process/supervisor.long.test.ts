import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { Supervisor } from "./supervisor";

const folder = mkdtempSync(join(tmpdir(), "tc-supervisor-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("R12 what could not even be begun, as when the machine is full, is begun again", async () => {
  const [command, done] = [join(folder, "late"), join(folder, "done")];
  const gaveUp: string[] = [];
  const supervisor = new Supervisor((name) => gaveUp.push(name));
  supervisor.start({ name: "late", command, args: [], env: {} });
  writeFileSync(command, `#!/bin/sh\ntouch ${done}\nexec sleep 60\n`, { mode: 0o755 });
  await expect.poll(() => existsSync(done), { timeout: 10_000 }).toBe(true);
  expect(supervisor.pid("late")).toBeGreaterThan(1);
  await supervisor.stop([["late"]]);
  expect(gaveUp).toEqual([]);
});
