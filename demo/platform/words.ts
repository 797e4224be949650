// Invented names and phrases; every address lies under `.example`.

export const givenNames = (
  "Ada Max Noor Ines Jonas Mira Tomasz Leila Bo Freya Idris Hanna Oleg Yuki Rosa Emil Sana Pieter Zoë Kwame " +
  "Aoife Mateo Linh Björn Şebnem Łucja Anaïs Dmitri Priya Nils"
).split(" ");

export const familyNames = (
  "Winter Brandt Haddad Duarte Keller Novak O'Brien Lindqvist Okafor Marchetti Yılmaz Sørensen Petrov Tanaka " +
  "Delacroix García Müller Nguyen McAllister Kowalczyk Van-der-Berg Castelló Eriksen Rahman Fischer Dubois"
).split(" ");

export const streets = ["Harbour Street", "Mill Lane", "Lindenallee", "Rue des Tilleuls", "Kirchweg", "Quay Road"];

export const cities = [
  { city: "Hamburg", postal: "20459", country: "DE", latitude: 53.5473, longitude: 9.9786 },
  { city: "Rotterdam", postal: "3011 AA", country: "NL", latitude: 51.9225, longitude: 4.4792 },
  { city: "Lyon", postal: "69002", country: "FR", latitude: 45.7578, longitude: 4.832 },
  { city: "Aarhus", postal: "8000", country: "DK", latitude: 56.1629, longitude: 10.2039 },
];

export const jobs = {
  lifts: [
    "Annual inspection of the passenger lift",
    "Door does not close on the third floor",
    "Replace the hoist rope",
    "Emergency call does not connect",
    "Fit new cabin lighting",
    "Lift stops between two floors",
  ],
  pipes: [
    "Burst pipe under the sink",
    "Install a heat pump",
    "Boiler service",
    "No hot water since this morning",
    "Descale the shower",
    "Replace the radiator valve",
  ],
  cleaning: [
    "Weekly office cleaning",
    "Windows, second floor",
    "Deep clean after renovation",
    "Stairwell and lift cabin",
    "Carpet stains in the meeting room",
    "Clean-up after the company party",
  ],
} as const;

export const remarks = [
  "Part ordered, arrives on Thursday.",
  "The caretaker has the key.",
  "Tested three times, runs quietly now.",
  "Customer asks for a call before we come.",
  "Photo of the type plate attached.",
  "Waiting for the approval of the quote.",
  "Needs two people; the rope is heavier than planned.",
  "Done. Please invoice.",
  "Parking behind the building, code at the gate.",
  "The old fitting leaks as well; told the tenant.",
];

export const chatter = [
  "Can you take the afternoon job at the harbour?",
  "I am stuck in traffic, ten minutes late.",
  "The new drill is in my van.",
  "Thanks, that saved my day.",
  "Who has the spare key for the school?",
  "Please send me the photo from yesterday.",
];

export const questions = [
  "How do I add a colleague?",
  "The schedule shows yesterday's jobs",
  "Invoice shows the wrong address",
  "App signs me out every hour",
  "Can I export my clients?",
  "Photos do not upload on a train",
];

export const answers = [
  "Thank you for writing. I have looked into it and will fix it today.",
  "You find that under Settings, Team. Tell me if it does not show.",
  "That was our mistake; the corrected invoice is on its way.",
  "Could you tell me which version of the app you use?",
];

export const features = [
  "schedule",
  "work-order",
  "clients",
  "photos",
  "chat",
  "invoices",
  "map",
  "search",
  "settings",
];
export const browsers = ["Firefox 141", "Chrome 142", "Safari 19", "Operno for Android 4.2", "Operno for iOS 4.2"];
export const systems = ["Windows 11", "macOS 16", "Android 16", "iOS 19", "Debian 13"];
