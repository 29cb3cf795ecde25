/** Becoming an app of the device: when the browser offers it, it is offered where one is not disturbed. */

/** What Chromium says; no standard has it. */
interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

export class Installing {
  /** Whether the browser would do it now. */
  isPossible = $state(false);
  #event: InstallEvent | null = null;

  constructor(window: Window) {
    window.addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault(); // or the browser asks by itself, at any time
      this.#event = event as InstallEvent;
      this.isPossible = true;
    });
    window.addEventListener("appinstalled", () => {
      this.#end();
    });
  }

  /** Let the browser ask; the person has pressed for it. */
  async install(): Promise<void> {
    const event = this.#event;
    this.#end();
    await event?.prompt();
  }

  #end(): void {
    this.#event = null;
    this.isPossible = false;
  }
}
