import type { User } from "./fill-people";
import type { Random } from "./random";
import { before, type Ids, newNumber, put, type Rows } from "./rows";
import { answers, chatter, questions } from "./words";

/** Messages between colleagues and to Operno's support. */
export function fillTalk(rows: Rows, random: Random, ids: Ids, companyId: string, users: User[]): void {
  for (let at = 0; at < users.length * 7; at++) {
    const sender = at % 5 === 0 ? (users[1] as User) : random.pick(users);
    const others = users.filter((user) => user !== sender);
    const age = random.between(1, 4000);
    put(rows, "platform_messages", {
      id: newNumber(ids),
      company_id: companyId,
      sender_id: sender.id,
      recipient_id: random.pick(others).id,
      body: random.pick(chatter),
      sent_at: before(age, random.between(0, 59)),
      read_at: random.chance(0.8) ? before(Math.max(age - 1, 0)) : null,
    });
  }
  for (let at = 0; at < users.length; at++) {
    const id = random.uuid();
    const age = random.between(30, 6000);
    put(rows, "support_conversations", {
      id,
      company_id: companyId,
      opened_by: (at < 4 ? users[at % 2] : random.pick(users))?.id,
      subject: random.pick(questions),
      channel: random.pick(["mail", "chat", "phone"]),
      status: random.pick(["open", "closed", "closed"]),
      satisfaction: random.chance(0.4) ? random.between(1, 5) : null,
      opened_at: before(age),
      closed_at: random.chance(0.6) ? before(age - 20) : null,
    });
    for (let message = 0; message < random.between(1, 4); message++) {
      put(rows, "support_messages", {
        id: newNumber(ids),
        conversation_id: id,
        from_customer: message % 2 === 0,
        agent_email: message % 2 === 0 ? null : "sam@support.operno.example",
        body: message % 2 === 0 ? random.pick(questions) : random.pick(answers),
        sent_at: before(age - message * 3),
      });
    }
  }
}
