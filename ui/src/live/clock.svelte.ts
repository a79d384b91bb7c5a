// The time of day for texts like "in 2 min". It ticks only while the page is seen, and each second only while somebody counts seconds.
const SLOW = 10_000;
const FAST = 1_000;

class Clock {
  /** Milliseconds since the epoch. */
  now = $state(Date.now());
  #hurried = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    this.#run();
    document.addEventListener("visibilitychange", () => this.#run());
  }

  /** Ticks each second until the answer is called. */
  hurry(): () => void {
    this.#hurried += 1;
    this.#run();
    return () => {
      this.#hurried -= 1;
      this.#run();
    };
  }

  #run(): void {
    clearInterval(this.#timer);
    if (document.visibilityState === "hidden") return;
    this.now = Date.now();
    this.#timer = setInterval(() => (this.now = Date.now()), this.#hurried > 0 ? FAST : SLOW);
  }
}

export const clock = new Clock();
