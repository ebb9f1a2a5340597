// What was said. A turn is a prompt and the choices that answer it; one of them goes on into the conversation.

export class Conversation {
  turns = [];

  begin(mode, prompt) {
    const turn = { mode, prompt, choices: new Map(), chosen: 0 };
    this.turns.push(turn);
    return turn;
  }

  /** The messages of a chat request that asks `turn`, the last one. Turns that were never answered are left out. */
  messages(system) {
    const messages = system ? [{ role: "system", content: system }] : [];
    const last = this.turns.at(-1);
    for (const turn of this.turns) {
      if (turn.mode !== "chat") continue;
      const answer = turn.choices.get(turn.chosen);
      if (turn !== last && !answer) continue;
      messages.push({ role: "user", content: turn.prompt });
      if (turn !== last) messages.push({ role: "assistant", content: answer });
    }
    return messages;
  }
}
