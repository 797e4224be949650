import { hostile } from "./hostile";
import type { jobs } from "./words";

type Colleague = {
  name: string;
  email: string;
  role: "owner" | "office" | "technician";
  language?: string;
  zone?: string;
};
export type Company = {
  name: string;
  domain: string;
  trade: keyof typeof jobs;
  people: Colleague[];
  staff: number;
  clients: number;
  orders: number;
  /** Has not paid its newest invoice. */
  owes?: true;
};

/** The first two people of each are known by name; the first owns the company. */
export const companies: Company[] = [
  {
    name: "Lumen Lifts",
    domain: "lumen-lifts.example",
    trade: "lifts",
    staff: 14,
    clients: 40,
    orders: 150,
    people: [
      { name: "Ada Winter", email: "ada.winter", role: "owner", language: "en", zone: "Europe/Berlin" },
      { name: "Max Brandt", email: "max.brandt", role: "technician", language: "de", zone: "Europe/Berlin" },
    ],
  },
  {
    name: `Brightpipe "Quick & Dry" Plumbing, Ltd.`,
    domain: "brightpipe.example",
    trade: "pipes",
    staff: 9,
    clients: 25,
    orders: 80,
    people: [
      { name: "Noor Haddad", email: "noor.haddad", role: "owner", language: "en", zone: "Europe/London" },
      { name: "Tomasz Łukasz Novak", email: "tomasz.novak", role: "technician", language: "en", zone: "Europe/Warsaw" },
    ],
  },
  {
    name: "Kestrel Cleaning 🧽",
    domain: "kestrel-clean.example",
    trade: "cleaning",
    owes: true,
    staff: 8,
    clients: 20,
    orders: 60,
    people: [
      { name: "Ines Duarte", email: "ines.duarte", role: "owner", language: "en", zone: "Atlantic/Azores" },
      { name: hostile.script, email: "bo.script", role: "office", language: "fr", zone: "Europe/Paris" },
    ],
  },
];
