import { config } from "../trust-center.config";

/**
 * Expected failures are values, so that a caller must look at them; each reason has one sentence
 * here that tells the person what to do. Unexpected failures are thrown and logged at the edge.
 */
export type Result<T, R extends Reason = Reason> = { ok: true; value: T } | { ok: false; reason: R };

export const sentences = {
  "not-found":
    "There is nothing here for you at this address. Check the link, or sign in with the account it belongs to.",
  "sign-in-required": "Sign in to go on.",
  "not-allowed": "Your account cannot do this. Ask a colleague with the right role.",
  "step-up-required": "Confirm that it is you before going on. It takes a few seconds.",
  "not-yet": "That lies in the future. Write when it came, not later than now.",
  "fresh-wait": `You signed in from a new address or device. For your safety this opens ${config.signIn.freshHours} hours after that.`,
  "foreign-origin":
    "This form was sent from another address than this site's own. Open the page here again and repeat it.",
  "passkey-refused": "That passkey was not accepted. Try again with the one you enrolled for this trust center.",
  "last-passkey": "This is your only passkey, and without one the desk stays closed to you. Add another one first.",
  "invalid-input": "Something in the form is not right. Check the marked fields and try again.",
  "too-many": "That is more than we can take at once. Wait a few minutes and try again; nothing is lost.",
  "cannot-check": "This cannot be done safely at the moment. Try again in a few minutes; nothing is lost.",
  "already-done": "This was already done; nothing was changed.",
  conflict: "Somebody changed this at the same time. Reload the page and look before you decide.",
  "same-person": "A second person has to approve this. Ask a colleague who did not write it.",
  "own-decision": "You decided this the first time, so somebody else decides the appeal. Ask another privacy officer.",
  "officer-only": "An appeal is open here. A privacy officer who did not decide the first time decides it.",
  "appeal-over":
    "The time to appeal is over, or an appeal was decided already. A message below still reaches us, and you can complain to the authority at any time.",
  "not-announced":
    "No announced policy version names a new recipient and takes effect before that day. Announce one first.",
  "code-wrong": "That code is not right. Check the newest mail and type the six digits again.",
  "code-expired": "This code is no longer valid. Ask for a new one.",
  "link-too-old": `You opened our link more than ${config.signIn.stepUpMinutes} minutes ago, and a deletion takes a newer one. Have another link sent from this page; what you typed stays here.`,
  "other-browser": "Open the link in the browser that asked for it, or type the code from the mail there.",
  "not-ready": "This is not ready yet. The page shows its progress.",
  damaged: "The file was damaged on our side and is not handed out. Have it made again at no cost; we were told of it.",
  expired: "This is no longer kept. You can ask for it again at no cost.",
  "own-access": "You cannot end your own place on the desk. Ask another officer to do it.",
  "not-approved": "A second officer has to approve exactly this text, these highlights and this date first.",
  "policy-problems": "The text cannot be published as it is. Each problem is listed with its line.",
  "not-author": "Only the person who wrote this draft changes it. Start a draft of your own from it instead.",
  overtaken: "A version with a higher number is in force by now. Start a new draft from that one.",
  "version-pending": "A version is announced and not in force yet. Wait for its day, or withdraw it first.",
  "in-force": "This version has taken effect and stays on record. Announce a new one to change it.",
  "too-early": `A policy version takes effect no sooner than ${config.clocks.noticeDays} days after everyone was told.`,
  "key-destroyed": "This person's key was destroyed at their request; the content cannot be read any more.",
  "confirmation-mismatch": "That is not the address of this account. Type it as it stands above the field.",
  "deletion-open": "A deletion is already planned for this account. Cancel it first if you want another one.",
  "account-unlinked":
    "The platform could not be asked about your account when you signed in. Sign out, sign in again, and look at what would be deleted.",
  "deletion-decided":
    "Your last request for deletion was decided and is open again. Write in it what changed; a person of our team looks at it.",
  "correction-open":
    "A correction of one of these is open already. Its page shows how it stands; write there to change it.",
  "identity-unproved":
    "It is not known yet that whoever asks is the person it is about. Nothing of theirs is shown or changed before they used the link.",
  "permission-unsigned":
    "The person has not signed the permission yet, so the agent may not read a reason. Extend it once they did, or decline the request for want of proof.",
  "address-wrong": "That is no address, or the one you have. Write the new one as name@company.example.",
  "not-objectable": "This use cannot be objected to. The page says why, and which uses can.",
  "basis-chosen":
    "They chose another reason for the limit themselves, and one request rests on one. Ask them in the thread which of the two they mean.",
  unconditional: "This objection stops its use for good. Nobody weighs it; only the person takes it back.",
  "clock-too-near": `A clock of this case runs out within ${config.desk.snoozeMarginHours} hours, so it stays in the queue.`,
  "passed-on":
    "This was passed on to a company, and nothing of it lies here any more. Whoever asked reaches us with a new message.",
  "parts-open": "Parts of this request are decided one by one, and not all of them are. Decide each of them first.",
  "not-mergeable":
    "Only two open cases of one kind, by one person or address, can be merged: the younger into the older.",
  "not-spam": "Only a question from outside without an account can be closed as spam. Answer or decide this one.",
  "passage-missing":
    "These words do not stand in the message. Copy them exactly as they stand there, and without what was left out already.",
  "decision-words":
    "These are the words of a decision, which stay with it. Leave single passages out of them, or take the decision back.",
  "name-taken": "There is one by this name already. Choose another name.",
  "provider-address":
    "That is not an address we can send to. Type the provider's https address, such as https://example.com.",
  "provider-unreachable":
    "Nobody answers there just now, or the address lies where we send nothing. Check it with the provider, or try again later.",
  "provider-unproved":
    "Whoever answers there does not prove that they take data in. Nothing was sent. Ask the provider for the right address.",
  "provider-scope":
    "This provider does not take what you chose. Choose the other data, or download your copy and hand it over yourself.",
  "no-account-here":
    "You have no account on the platform yet that it could go into. Open one for this address, sign in again, and take it over then; it waits.",
  "provider-changed": "The provider is not the one you were shown a moment ago. Look at it again before you decide.",
  "idempotency-mismatch": "The same key was used for another request. Reload the page and try again.",
  "file-too-large": `The files are larger than we take: ${config.attachments.formBytes / 1_000_000} MB together in a form. Choose them again without the largest, or send them by mail.`,
  "file-type":
    "One of the files is of a kind we do not take, or is damaged. Choose PDF, images, text, CSV, or documents without macros (docx, xlsx, odt).",
  "too-many-files": `These are more than ${config.attachments.files} files. Choose fewer, or send a second message.`,
} as const;

export type Reason = keyof typeof sentences;

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });
export const fail = <R extends Reason>(reason: R): { ok: false; reason: R } => ({ ok: false, reason });
