import type { Metadata } from "next";
import { confirmByToken } from "../actions";
import { LinkPage } from "../link-page";

// The address holds the token; see account/deletion/cancel for the referrer.
export const metadata: Metadata = { title: "Confirm your new address", robots: { index: false } };

const words = {
  lost: "This link confirms no address",
  title: "Confirm this address?",
  button: "Confirm this address",
};

export default async function ConfirmAddressPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { token } = await searchParams;
  return <LinkPage of="prove" token={token} action={confirmByToken} words={words} />;
}
