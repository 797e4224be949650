import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemCtx } from "../context";
import { heartbeat } from "./ledger";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});
const sweep = { id: "none", attempt: 1 } as Parameters<typeof heartbeat>[1];

it("a sweep that was given up says no more that it lives, though it may hang", () => {
  const given = new AbortController();
  const stop = heartbeat(systemCtx("test"), sweep, given.signal);
  expect(vi.getTimerCount()).toBe(1);
  given.abort();
  expect(vi.getTimerCount()).toBe(0);
  heartbeat(systemCtx("test"), sweep, given.signal);
  expect(vi.getTimerCount()).toBe(0);
  stop();
  heartbeat(systemCtx("test"), sweep)();
  expect(vi.getTimerCount()).toBe(0);
});
