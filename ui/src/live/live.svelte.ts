// The state as the backend told it last. Nothing else here is remembered of it.
import { watch } from "../api";
import type { InstanceStatus, PoolStatus, State, Status } from "../generated/control";

class Live {
  /** The latest state; `null` until the first. */
  status = $state.raw<Status | null>(null);
  /** Whether the backend can be heard. */
  connected = $state(true);

  /** Every instance. */
  instances = $derived<InstanceStatus[]>(this.status?.pools.flatMap((pool) => pool.instances) ?? []);

  /** Begins to listen. */
  start(): () => void {
    return watch({
      status: (status) => {
        this.status = status;
        this.connected = true;
      },
      lost: () => (this.connected = false),
    });
  }

  /** The instance with that uuid. */
  instance(uuid: string | null | undefined): InstanceStatus | undefined {
    return this.instances.find((one) => one.uuid === uuid);
  }

  /** The pool of that type. */
  pool(provider: string): PoolStatus | undefined {
    return this.status?.pools.find((pool) => pool.provider === provider);
  }

  /** How many instances are in one of these states. */
  count(...states: State[]): number {
    return this.instances.filter((one) => states.includes(one.state)).length;
  }
}

export const live = new Live();
