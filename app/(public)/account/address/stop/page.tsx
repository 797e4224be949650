import type { Metadata } from "next";
import { stopByToken } from "../actions";
import { LinkPage } from "../link-page";

export const metadata: Metadata = { title: "Stop the change of your address", robots: { index: false } };

const words = {
  lost: "This link stops no change",
  title: "Stop the change of your address?",
  button: "Stop the change",
};

export default async function StopAddressPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { token } = await searchParams;
  return <LinkPage of="stop" token={token} action={stopByToken} words={words} />;
}
