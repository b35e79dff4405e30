const KEPT = 10_000;

/** Answers that were asked for before anybody needs them; each can be had once, and not when it has become old. */
export class Ahead<T> {
  private readonly asked = new Map<string, Promise<T>>();

  ask(key: string, load: () => Promise<T>): void {
    const answer = load();
    answer.catch(() => this.asked.delete(key)); // whoever needs it asks again, and tells of what is wrong
    this.asked.set(key, answer);
    setTimeout(() => this.asked.delete(key), KEPT);
  }

  take(key: string): Promise<T> | undefined {
    const answer = this.asked.get(key);
    this.asked.delete(key);
    return answer;
  }
}
