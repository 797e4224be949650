import { config } from "../../trust-center.config";
import { providerSetting } from "../env";
import { fail, ok, type Result } from "../errors";
import { discover, originOf } from "./discover";
import type { Discovery } from "./protocol";

/** A configured destination, or `address` with what a person typed. */
export type Choice = { to: string; address?: string | undefined };
export type Found = { destination: string | null; provider: Discovery };

/** The configured providers whose addresses are set. */
export const destinations = (): { id: string; name: string }[] =>
  config.transfers.destinations
    .filter(({ address }) => providerSetting(address) !== null)
    .map(({ id, name }) => ({ id, name }));

/** The provider that is meant, once it proved itself. Asks over the network. */
export async function findDestination(
  { to, address }: Choice,
  signal?: AbortSignal,
): Promise<Result<Found, "provider-address" | "provider-unreachable" | "provider-unproved">> {
  const configured = config.transfers.destinations.find(({ id }) => id === to);
  const text = configured ? providerSetting(configured.address) : config.transfers.anyAddress ? address : null;
  const origin = text ? originOf(text) : null;
  if (!origin) return fail("provider-address");
  const provider = await discover(origin, signal ? { signal } : {});
  return provider.ok ? ok({ destination: configured?.id ?? null, provider: provider.value }) : provider;
}
